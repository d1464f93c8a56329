// Filters, links into what is folded away, and copying. Without it the page shows everything.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const $ = (id) => document.getElementById(id);
  const fields = ["q", "op", "im", "ve", "di"].map($);
  const [text, operation, impact, verdict, differences] = fields;
  const differs = ["d", "u", "e", "f", "t", "r"];

  const rows = [...document.querySelectorAll(".matrix tbody tr:not(.group)")].map((el) => ({
    el,
    words: el.textContent.toLowerCase(),
    operations: (el.dataset.o ?? "").split(" "),
    impacts: [el.dataset.i],
    verdicts: [...el.querySelectorAll("td[id]")].map((cell) => cell.className),
  }));
  const findings = [...document.querySelectorAll(".finding")].map((el) => ({
    el,
    words: el.textContent.toLowerCase(),
    operations: [el.dataset.o],
    impacts: [el.dataset.i],
    verdicts: [el.dataset.v],
  }));

  const wanted = (item) =>
    text.value.toLowerCase().split(/\s+/).every((word) => item.words.includes(word)) &&
    (!operation.value || item.operations.includes(operation.value) || item.operations.includes("*")) &&
    (!impact.value || item.impacts.includes(impact.value)) &&
    (!verdict.value || item.verdicts.some((v) => verdict.value.split(" ").includes(v))) &&
    (!differences.checked || item.verdicts.some((v) => differs.includes(v)));

  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      row.el.hidden = !wanted(row);
      shown += row.el.hidden ? 0 : 1;
    }
    let found = 0;
    for (const finding of findings) {
      finding.el.hidden = !wanted(finding);
      found += finding.el.hidden ? 0 : 1;
    }
    for (const group of document.querySelectorAll(".matrix tbody, #findings .group")) {
      group.hidden = !group.querySelector("tr:not(.group):not([hidden]), .finding:not([hidden])");
    }
    document.querySelector(".none").hidden = shown > 0;
    $("count").textContent = `${shown} of ${rows.length} rules, ${found} of ${findings.length} findings`;
  };
  const reset = () => {
    for (const field of [text, operation, impact, verdict]) field.value = "";
    differences.checked = false;
    apply();
  };
  document.querySelector(".filters").addEventListener("input", apply);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll("[data-reset]").forEach((button) => button.addEventListener("click", reset));

  // What has no room on the page stands there compressed, and is unpacked when it is first asked for.
  let unpacked;
  const unpack = () => {
    unpacked ??= (async () => {
      const bytes = Uint8Array.from(atob($("packed").content.textContent), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      const { common, pieces } = JSON.parse(await new Response(stream).text());
      return (number) => pieces[number].replace(/\u0001(\d)/g, (_, which) => common[which]);
    })();
    return unpacked;
  };
  const fill = async (finding) => {
    const number = finding.querySelector("[data-rest]")?.dataset.rest;
    if (!number) return;
    let markup = '<p class="muted">This browser cannot unpack the rest; the JSON report has it.</p>';
    try {
      markup = (await unpack())(number);
    } catch {}
    const rest = finding.querySelector("[data-rest]");
    rest?.insertAdjacentHTML("afterend", markup);
    rest?.remove();
  };
  // It does not bubble.
  document.addEventListener("toggle", (event) => event.target.matches(".finding[open]") && fill(event.target), true);

  // What a link points at is shown even if it is filtered out or folded away.
  const show = () => {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const el = id && $(id);
    if (!el) return;
    if (el.closest("[hidden]")) reset();
    for (let at = el; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    el.scrollIntoView({ block: "center" });
    const focus = el.matches("section") ? null : el.querySelector("a, summary");
    if (focus) focus.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", show);
  // Browsers go to an address once more when all is there, and know nothing of the heads of tables.
  window.addEventListener("load", () => setTimeout(show));

  const say = (words) => {
    $("said").textContent = words;
  };
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // A page from a file may not be allowed to: the older way still works there.
      const area = document.createElement("textarea");
      area.value = words;
      area.className = "sr";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error("copying was refused");
    }
  };
  const words = (button) => {
    const finding = button.closest(".finding");
    if (button.dataset.copy === "link") return location.href.split("#")[0] + "#" + finding.id;
    if (button.dataset.copy === "pre") {
      // What was expected stands in the text of the answer, and is no part of it.
      const pre = button.parentElement.parentElement.querySelector("pre").cloneNode(true);
      pre.querySelectorAll(".want").forEach((line) => line.remove());
      return pre.textContent;
    }
    return [...finding.querySelectorAll(".ask")]
      .map((ask) => ask.querySelector("b").textContent + " " + ask.querySelector("pre").textContent)
      .join("\n");
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.textContent;
    await fill(button.closest(".finding"));
    try {
      await copy(words(button));
      button.textContent = "Copied";
      say("Copied");
    } catch {
      button.textContent = "Not copied";
      say("Copying was refused by the browser");
    }
    setTimeout(() => (button.textContent = label), 1500);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      text.focus();
    } else if (event.key === "Escape" && event.target === text) {
      reset();
    }
  });

  // Arrows go from cell to cell; the tab key alone would take hundreds of steps.
  document.querySelector(".matrix").addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[id]");
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!cell || !step) return;
    event.preventDefault();
    const shown = rows.filter((row) => !row.el.hidden).map((row) => row.el);
    const row = shown[shown.indexOf(cell.parentElement) + step[0]];
    row?.cells[cell.cellIndex + step[1]]?.querySelector("a")?.focus();
  });

  // All findings at once, such as for paper: what is folded is printed folded.
  document.querySelector("[data-unfold]").addEventListener("click", (event) => {
    const unfold = event.target.textContent === "Unfold all";
    for (const finding of findings) finding.el.open = unfold && !finding.el.hidden;
    event.target.textContent = unfold ? "Fold all" : "Unfold all";
  });

  // Colours do not always come out on paper; the lists of transitions have words.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("figure details:not([open])")];
    for (const details of closed) details.open = true;
  });
  window.addEventListener("afterprint", () => closed.forEach((details) => (details.open = false)));

  apply();
  show();
})();
