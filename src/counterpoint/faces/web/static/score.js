// Pointing at a mark, a stave or a ritual shows what hangs together with it; arrow keys walk the score.
"use strict";
(() => {
  const score = document.querySelector(".score");
  if (!score) return;
  const readout = document.getElementById("readout");
  const owners = new Map();
  for (const one of document.querySelectorAll("[data-n]")) owners.set(one.dataset.n, one);
  const slurs = [...score.querySelectorAll("[data-p]")];
  const bars = [...score.querySelectorAll("[data-r]")];
  let pointed = null;
  let chosen = null;

  function clear() {
    score.classList.remove("pointing", "by-mark");
    for (const one of document.querySelectorAll(".lit, .linked")) one.classList.remove("lit", "linked");
    readout.hidden = true;
    pointed = null;
  }

  function point(target) {
    if (pointed === target) return;
    clear();
    pointed = target;
    if (!target) return;
    const number = target.dataset.n;
    target.classList.add("lit");
    if ("ritual" in target.dataset) {
      for (const bar of bars) if (bar.dataset.r === number) bar.classList.add("lit");
      return;
    }
    const isMark = target.classList.contains("mark");
    const own = isMark ? [] : [...(target.closest("li")?.querySelectorAll(".mark") ?? [])];
    const numbers = new Set([number, ...own.map((mark) => mark.dataset.n)]);
    let found = 0;
    for (const slur of slurs) {
      if (!numbers.has(slur.dataset.p) && !numbers.has(slur.dataset.c)) continue;
      const bundle = slur.classList.contains("bundle") || slur.tagName === "SPAN";
      if (bundle === isMark) continue;
      if (!isMark && score.classList.contains("quiet") && !bundle && slur.dataset.p !== number) continue;
      slur.classList.add("lit");
      found += 1;
      for (const end of [slur.dataset.p, slur.dataset.c]) if (end !== number) owners.get(end)?.classList.add("linked");
    }
    for (const mark of own) mark.classList.add("linked");
    if (found) score.classList.add("pointing");
    if (found && isMark) score.classList.add("by-mark");
    const words = target.querySelector(".sr");
    if (words) {
      readout.replaceChildren(Object.assign(document.createElement("strong"), { textContent: target.querySelector(".words").textContent }), words.textContent);
      readout.hidden = false;
    }
  }

  function at(event) {
    return event.target instanceof Element ? event.target.closest("[data-n]") : null;
  }

  document.addEventListener("pointerover", (event) => {
    const target = at(event);
    if (target) point(target);
    else point(chosen);
  });
  document.addEventListener("focusin", (event) => {
    chosen = at(event);
    point(chosen);
  });
  document.addEventListener("focusout", () => {
    chosen = null;
    point(null);
  });
  score.addEventListener("pointerleave", () => point(chosen));

  function middle(mark) {
    const box = mark.getBoundingClientRect();
    return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  }

  function next(mark, down) {
    const [x, y] = middle(mark);
    let best = null;
    for (const other of score.querySelectorAll(".mark")) {
      const [ox, oy] = middle(other);
      const rows = (oy - y) * down;
      if (rows < 4) continue;
      const far = rows + Math.abs(ox - x) / 50;
      if (!best || far < best[0]) best = [far, other];
    }
    return best?.[1];
  }

  score.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.(".mark");
    if (!mark || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const marks = [...score.querySelectorAll(".mark")];
    const stave = mark.closest(".staves > li");
    const beside = (step) => {
      const staves = [...score.querySelectorAll(".staves > li")];
      return staves[staves.indexOf(stave) + step]?.querySelector(".mark");
    };
    const moves = {
      ArrowDown: () => next(mark, 1),
      ArrowUp: () => next(mark, -1),
      ArrowRight: () => marks[marks.indexOf(mark) + 1],
      ArrowLeft: () => marks[marks.indexOf(mark) - 1],
      PageDown: () => beside(1),
      PageUp: () => beside(-1),
      Home: () => marks[0],
      End: () => marks.at(-1),
    };
    if (event.key === "Escape") {
      clear();
      mark.blur();
      return;
    }
    const target = moves[event.key]?.();
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  });
})();
