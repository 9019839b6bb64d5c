(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const by = (id) => document.getElementById(id);
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  let now = 0;
  document.documentElement.classList.add("on-script");

  const make = (tag, look = "", text = "") => {
    const made = document.createElement(tag);
    if (look) made.className = look;
    if (text) made.textContent = text;
    return made;
  };
  const many = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const short = (name) => name.slice(name.lastIndexOf("/") + 1);

  // Of very many images only those that stand somewhere in the page are known here.
  const known = new Map(facts.rows.map((row, number) => [row, number]));
  const name = (row) => facts.names[known.get(row)];
  const truthOf = (row) => facts.truth[known.get(row)];
  // What a pair said of an image: its class, and how probable it held it (per mille).
  const said = (pair, row) => parseInt(facts.pairs[pair].said.substr(2 * known.get(row), 2), 36);
  const sure = (pair, row) => (facts.pairs[pair].sure ? parseInt(facts.pairs[pair].sure.substr(2 * known.get(row), 2), 36) / 1000 : NaN);
  const told = (pair, row) => {
    const truth = facts.classes[truthOf(row)], other = facts.classes[said(pair, row)];
    const p = Number.isNaN(sure(pair, row)) ? "" : `, p = ${sure(pair, row).toFixed(2)}`;
    return truth === other ? `${truth}, predicted rightly${p}` : `${truth}, predicted ${other}${p}`;
  };
  const picture = (row) => {
    const look = facts.looks[known.get(row)];
    const made = make("i", look ? `t ${look}` : "t none", look ? "" : facts.pictures ? "no picture" : "not shown");
    if (look) { made.setAttribute("role", "img"); made.setAttribute("aria-label", name(row)); }
    return made;
  };
  const item = (row, pair) => {
    const made = make("li");
    made.append(picture(row), make("b", "", short(name(row))), make("small", "", told(pair, row)));
    return made;
  };
  const fill = (list, rows, pair) => list.replaceChildren(...rows.map((row) => item(row, pair)));
  const most = 120;

  // The cell of a confusion matrix that was chosen, with its images.
  const open = (truth, other) => {
    const rows = facts.rows.filter((row) => truthOf(row) === truth && said(now, row) === other);
    const all = facts.pairs[now].counts[truth][other];
    rows.sort((a, b) => sure(now, b) - sure(now, a) || a - b);
    by("cell-title").textContent = truth === other
      ? `${many(all, "image")} of ${facts.classes[truth]}, predicted rightly`
      : `${many(all, "image")} of ${facts.classes[truth]}, predicted ${facts.classes[other]}`;
    fill(by("cell-list"), rows.slice(0, most), now);
    const listed = Math.min(rows.length, most);
    by("cell-more").textContent = all > listed ? `and ${all - listed} more` : "";
    by("cell").hidden = false;
    by("cell").focus({ preventScroll: true });
    by("cell").scrollIntoView({ block: "nearest" });
  };
  by("matrix").addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    event.preventDefault();
    by("matrix").querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
    cell.classList.add("on");
    open(...cell.dataset.cell.split(",").map(Number));
  });

  const matrix = (pair) => {
    const body = by("matrix").tBodies[0];
    facts.pairs[pair].counts.forEach((line, truth) => {
      const all = line.reduce((a, b) => a + b, 0);
      line.forEach((count, other) => {
        const cell = body.rows[truth].cells[other + 1];
        if (!count) { cell.replaceChildren(make("span", "miss0", "·")); return; }
        const share = count / all;
        const look = truth === other ? `heat${Math.min(9, Math.floor(10 * share))}` : `miss${Math.min(3, 1 + Math.floor(4 * share))}`;
        const link = make("a", look, String(count));
        link.href = "#cell";
        link.dataset.cell = `${truth},${other}`;
        link.setAttribute("aria-label", `${many(count, "image")} of ${facts.classes[truth]}, predicted ${facts.classes[other]}`);
        cell.replaceChildren(link);
      });
    });
  };
  const rows = (pair) => {
    const body = by("classes").tBodies[0];
    facts.pairs[pair].classes.forEach((line, number) => line.forEach(([value, ends], place) => {
      const cell = body.rows[number].cells[place + 1];
      cell.replaceChildren(document.createTextNode(value), make("br"), make("span", "ci", ends));
    }));
  };
  // Curves: the axes stay, what is drawn in them is another pair's.
  const curves = (pair) => {
    const paths = facts.pairs[pair].paths;
    by("no-curves").hidden = Boolean(paths);
    if (by("curves")) by("curves").hidden = !paths;
    for (const [id, line] of Object.entries(paths ?? {})) by(id)?.querySelector("path")?.setAttribute("d", line);
    for (const [id, text] of Object.entries(facts.pairs[pair].words)) {
      const label = by(`${id}-said`)?.querySelector("text");
      if (label) label.textContent = text;
    }
    for (const [id, text] of Object.entries(facts.pairs[pair].told ?? {})) if (by(id)) by(id).textContent = text;
  };
  const show = (pair) => {
    const one = facts.pairs[pair];
    now = pair;
    if (by("choose")) by("choose").value = String(pair);
    by("pair-name").textContent = one.name;
    by("pair-standing").textContent = one.standing;
    by("pair-standing").className = `chip ${one.standing}`;
    by("pair-mean").textContent = one.mean;
    by("cell").hidden = true;
    matrix(pair); rows(pair); curves(pair);
    fill(by("errors"), one.errors, pair);
    by("errors-told").textContent = one.errorsTold;
    by("votes").textContent = one.votes;
    if (by("unsure-card")) { by("unsure-card").hidden = !one.unsure.length; fill(by("unsure"), one.unsure, pair); }
  };
  by("choose")?.addEventListener("change", (event) => show(Number(event.target.value)));
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-pair]");
    if (one) show(Number(one.dataset.pair));
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(by(copy.dataset.copy).textContent).then(() => { copy.textContent = "Copied"; });
  });
  // A row of the plot of all pairs is known by its id.
  document.querySelectorAll("[id^='forest-row-'], [id^='forest-narrow-row-']").forEach((row) => {
    row.classList.add("row");
    row.addEventListener("click", () => { show(Number(row.id.slice(row.id.lastIndexOf("-") + 1))); by("pair").scrollIntoView(); });
  });

  // The map: the nearest mark to the pointer, and what lies inside a line drawn around.
  const place = (svg, event) => {
    const matrixNow = svg.getScreenCTM();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrixNow.inverse());
  };
  const inside = (x, y, line) => {
    let found = false;
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [a, b] = line[i], [c, d] = line[j];
      if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) found = !found;
    }
    return found;
  };
  const list = (chosen) => {
    by("lassoed").hidden = !chosen.length;
    if (!chosen.length) return;
    by("lassoed-title").textContent = `${many(chosen.length, "image")} inside`;
    fill(by("lassoed-list"), chosen.slice(0, most), 0);
    by("lassoed-names").textContent = chosen.map(name).join("\n");
  };
  document.querySelectorAll("[data-cloud]").forEach((figure) => {
    const svg = figure.querySelector("svg"), tip = by("tip");
    const { rows: here, x, y } = facts.clouds[figure.dataset.cloud];
    let line = null, drawn = null;
    const point = (at, event) => {
      let best = -1, nearest = 81; // nine units of the drawing around the pointer
      x.forEach((value, number) => {
        const far = (value - at.x) ** 2 + (y[number] - at.y) ** 2;
        if (far < nearest) { nearest = far; best = number; }
      });
      tip.hidden = best < 0;
      if (best < 0) return;
      const row = here[best];
      tip.replaceChildren(picture(row), make("b", "", short(name(row))), make("br"), make("small", "", told(0, row)));
      tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - 160))}px`;
      tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, innerHeight - 230))}px`;
    };
    svg.addEventListener("pointermove", (event) => {
      const at = place(svg, event);
      if (line) {
        line.push([at.x, at.y]);
        drawn.setAttribute("d", `M${line.map((one) => one.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`);
        return;
      }
      point(at, event);
    });
    svg.addEventListener("pointerleave", () => { tip.hidden = true; });
    svg.addEventListener("pointerdown", (event) => {
      const at = place(svg, event);
      tip.hidden = true;
      line = [[at.x, at.y]];
      drawn?.remove();
      drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
      drawn.setAttribute("class", "lasso");
      svg.append(drawn);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointerup", () => {
      const around = line ?? [];
      line = null;
      if (around.length < 4) { drawn?.remove(); list([]); point(place(svg, event), event); return; }
      list(here.filter((_, number) => inside(x[number], y[number], around)));
    });
  });
})();
