// Shows how far things are without loading the page anew: what is typed or opened stays. Without
// this script pages load themselves every few seconds, and do the same.
"use strict";

const EVERY = 1500; // milliseconds

async function again() {
  const here = document.getElementById("live");
  if (!here || here.dataset.live === undefined) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.getElementById("live");
    if (!answer.ok || !there || there.dataset.live === undefined) {
      finished(here, there);
      return;
    }
    show(here, there);
    silent(false);
  } catch {
    silent(true); // the machine sleeps, or the program was stopped: ask again later
  }
  setTimeout(again, EVERY);
}

function silent(now) {
  const said = document.getElementById("silent");
  if (said) said.hidden = !now;
}

const REACHED = "a, button, summary, [tabindex]"; // by keyboard

function show(here, there) {
  if (here.innerHTML === there.innerHTML) return;
  const at = [...here.querySelectorAll(REACHED)].indexOf(document.activeElement);
  const left = [...here.querySelectorAll(".wide")].map((one) => one.scrollLeft);
  here.innerHTML = there.innerHTML;
  here.querySelectorAll(".wide").forEach((one, number) => { one.scrollLeft = left[number] ?? 0; });
  if (at >= 0) here.querySelectorAll(REACHED)[at]?.focus({ preventScroll: true });
}

function finished(here, there) {
  if (here.getAttribute("aria-live") && there) {
    here.replaceWith(there); // beside a form: what is ticked meanwhile stays
    return;
  }
  location.replace(here.dataset.live || location.href);
}

setTimeout(again, EVERY);
