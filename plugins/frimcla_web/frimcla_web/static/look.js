// What makes the pages quicker to use. Every one of them works without it.
"use strict";
document.documentElement.classList.add("on-script");
const $ = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf]").content;
const LOST = "The page does not answer; is frimcla still running?";

function show(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

// What the server says went wrong, in its sentence.
async function answered(response) {
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(said.error || `That did not work (${response.status}).`);
  return said;
}

async function asked(address, options = {}) {
  let response;
  try {
    response = await fetch(address, { headers: { accept: "application/json", "x-csrf": csrf }, ...options });
  } catch {
    throw new Error(LOST);
  }
  return answered(response);
}

// --- Sending: in portions, so that no request is huge. ---------------------------------------

async function inside(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ file, name: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) { // a reader gives at most a hundred at a time
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    for (const one of some) found.push(...(await inside(one)));
  }
  return found;
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  if (!entries.some(Boolean)) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries.filter(Boolean)) found.push(...(await inside(entry)));
  return found;
}

function portions(files, most, bytes) {
  const found = [];
  let size = 0;
  for (const one of files) {
    if (!found.length || found.at(-1).length >= most || size + one.file.size > bytes) {
      found.push([]);
      size = 0;
    }
    found.at(-1).push(one);
    size += one.file.size;
  }
  return found;
}

function sent(address, some, onprogress) {
  const form = new FormData();
  for (const one of some) form.append("images", one.file, one.name);
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far an upload is
    request.open("POST", address);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-csrf", csrf);
    request.upload.onprogress = (event) => onprogress(event.loaded);
    request.onerror = () => failed(new Error(LOST));
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* a sentence, or nothing */ }
      if (request.status < 300) done(said);
      else failed(Object.assign(new Error(said.error || request.responseText || LOST), {
        later: request.status === 429 ? Number(request.getResponseHeader("retry-after")) : 0,
      }));
    };
    request.send(form);
  });
}

async function patiently(address, some, onprogress) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await sent(address, some, onprogress);
    } catch (error) {
      if (!error.later || tries >= 3) throw error;
      show($("upload-told"), `${error.message} Trying again soon.`);
      await new Promise((done) => setTimeout(done, 1000 * error.later));
    }
  }
}

async function send(form, files) {
  const { files: most, bytes, largest, most: images } = form.dataset;
  const kept = files.filter(({ name }) => !/(^|\/)\.|(^|\/)__MACOSX\//.test(name));
  const tooLarge = kept.find(({ file }) => file.size > largest);
  if (!kept.length) throw new Error("No files were found there; choose others.");
  if (kept.length > images) throw new Error(`${kept.length} images are more than ${images}; choose fewer.`);
  if (tooLarge) throw new Error(`${tooLarge.name} has more than ${Math.floor(largest / 2 ** 20)} MB; shrink it, or split the zip.`);
  const all = kept.reduce((sum, { file }) => sum + file.size, 0) || 1;
  $("upload").hidden = false;
  let address = form.action, page = "", before = 0;
  for (const some of portions(kept, Number(most), Number(bytes))) {
    const told = (loaded) => {
      const share = Math.min(1, (before + loaded) / all);
      $("upload-bar").value = share;
      show($("upload-told"), `Sending ${kept.length} file${kept.length > 1 ? "s" : ""}: ${Math.floor(100 * share)} %`);
    };
    ({ job: page } = await patiently(address, some, told));
    address = `${page}/images`;
    before += some.reduce((sum, { file }) => sum + file.size, 0);
  }
  location.assign(page);
}

function sending(form) {
  let busy = false;
  const begin = async (gathered) => {
    if (busy) return;
    busy = true;
    form.classList.add("busy");
    show($("upload-wrong"), "");
    try {
      await send(form, await gathered);
    } catch (error) {
      $("upload").hidden = true;
      show($("upload-wrong"), error.message);
    }
    busy = false;
    form.classList.remove("busy");
  };
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
      if (files.length) begin(files);
      input.value = "";
    });
  }
  const over = (on) => (event) => {
    event.preventDefault();
    form.classList.toggle("over", on);
  };
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", (event) => event.relatedTarget || over(false)(event));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    begin(dropped(event.dataTransfer));
  });
  addEventListener("pageshow", () => ($("upload").hidden = true));
}

// --- Waiting: a bar that moves, and the images when they are done. ---------------------------

async function wait(box) {
  for (let failed = 0; failed < 5;) {
    await new Promise((done) => setTimeout(done, 1000));
    try {
      const said = await asked(box.dataset.address);
      failed = 0;
      $("progress-bar").max = said.all;
      $("progress-bar").value = said.done;
      show($("progress-told"), said.told);
      if (!said.running) return renew(box);
      const shown = document.querySelectorAll(".one").length;
      const busy = $("results").contains(document.activeElement) || scrollY > 0;
      if (!busy && shown < Math.min(100, said.done)) await renew();
    } catch (error) {
      failed += 1;
      show($("progress-told"), error.message);
    }
  }
}

async function renew(box) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  $("results").replaceWith(document.adoptNode(page.getElementById("results")));
  if (box) box.hidden = true;
}

// --- Labels, and where the model looks. ------------------------------------------------------

document.addEventListener("change", async ({ target }) => {
  const form = target.closest("form.label");
  if (!form) return;
  const told = $("labelled");
  try {
    const said = await asked(form.action, { method: "POST", body: new FormData(form) });
    told.textContent = said.told || "The label was taken back.";
    told.classList.remove("wrong");
    form.classList.toggle("kept", Boolean(said.label));
  } catch (error) {
    told.textContent = error.message;
    told.classList.add("wrong");
  }
});

function looking(details) {
  details.addEventListener("toggle", async () => {
    const place = details.querySelector("div");
    if (!details.open || place.dataset.asked || place.querySelector("img")) return;
    place.dataset.asked = "yes";
    place.replaceChildren(Object.assign(document.createElement("p"), { textContent: "Covering one place after the other; this takes some seconds." }));
    const response = await fetch(details.dataset.address).catch(() => null);
    if (response && response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      place.replaceChildren(...document.adoptNode(page.body).childNodes);
    } else {
      place.textContent = response ? "The map cannot be drawn now; load the page again." : LOST;
    }
  });
}

if ($("drop")) sending($("drop"));
if ($("progress") && !$("progress").hidden) wait($("progress"));
if ($("look")) looking($("look"));
