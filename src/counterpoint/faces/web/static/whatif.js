// Sliders beside the numbers, and asking again until the answer is as good as it gets.
"use strict";
(() => {
  const form = document.getElementById("whatif");
  if (!form) return;
  const place = document.getElementById("answer");
  const trouble = document.getElementById("trouble");
  const viewer = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
  const SOON = 120;
  const OFTEN = 900;
  const SELDOM = 4000;
  let round = 0;
  let timer = 0;

  form.classList.add("live");
  for (const slide of form.querySelectorAll(".slide")) {
    const number = document.getElementById(slide.dataset.for);
    const least = Number(number.min);
    const most = Number(number.max);
    const logarithmic = "logarithmic" in slide.dataset;
    const agents = number.name === "agents";
    slide.min = 0;
    slide.max = 200;
    slide.step = 1;
    // Agents run by their square: the step from 5 to 10 matters as much as that from 500 to 600.
    const value = (at) => {
      const share = at / 200;
      if (logarithmic) return least * (most / least) ** share;
      return least + (most - least) * (agents ? share ** 2 : share);
    };
    const where = (of) => {
      if (logarithmic) return 200 * Math.log(of / least) / Math.log(most / least);
      const share = (of - least) / (most - least);
      return 200 * (agents ? Math.sqrt(share) : share);
    };
    const told = () => slide.setAttribute("aria-valuetext", number.value);
    const follow = () => {
      const found = Number(number.value);
      if (number.value !== "" && found >= least && found <= most) slide.value = where(found);
      told();
    };
    slide.addEventListener("input", () => {
      const step = Number(slide.dataset.step);
      const found = value(Number(slide.value));
      const fine = logarithmic && found >= 10 ? Math.round(found) : Math.round(found / step) * step;
      number.value = String(Number(fine.toFixed(2)));
      told();
    });
    number.addEventListener("input", follow);
    slide.hidden = false;
    follow();
  }

  function address() {
    const found = new URLSearchParams(new FormData(form));
    for (const [name, usual] of [["response", "0"], ["agents", "0"], ["teams", "1"], ["people", "1"], ["model", "as-it-is"]]) {
      if (found.get(name) === usual) found.delete(name);
    }
    return found;
  }

  function refuse(words) {
    trouble.textContent = words;
    trouble.hidden = !words;
    place.classList.toggle("waiting", Boolean(words));
  }

  function put(html) {
    const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.keep));
    const closed = new Set([...place.querySelectorAll("details:not([open])")].map((one) => one.dataset.keep));
    const focused = place.contains(document.activeElement) ? document.activeElement.closest("details")?.dataset.keep : null;
    place.innerHTML = html;
    for (const one of place.querySelectorAll("details")) {
      if (open.has(one.dataset.keep)) one.open = true;
      else if (closed.has(one.dataset.keep)) one.open = false;
      if (focused && one.dataset.keep === focused) one.querySelector("summary").focus({ preventScroll: true });
    }
  }

  function brief() {
    const grade = place.querySelector(".standing .grade");
    const words = place.querySelector(".headline p")?.textContent ?? "";
    document.getElementById("brief").textContent = words && grade ? `${words} (${grade.textContent.split(",")[0]})` : "";
  }

  function progress(standing) {
    const doing = document.getElementById("doing");
    const bar = document.getElementById("progress");
    const ahead = document.getElementById("ahead");
    if (ahead) ahead.textContent = standing.ahead;
    if (doing) doing.textContent = standing.finished ? "; the work on it is done." : standing.doing ? `; working on it: ${standing.doing}` : "";
    if (!bar) return;
    if (standing.most) {
      bar.max = standing.most;
      bar.value = standing.done;
    } else bar.removeAttribute("value");
  }

  async function ask(mine) {
    const query = address();
    const shared = query.toString();
    query.set("viewer", viewer);
    try {
      const answer = await fetch(`/whatif/standing?${query}`);
      const found = await answer.json();
      if (mine !== round) return;
      if (!answer.ok) {
        refuse(`${found.message}${found.hint ? ` (${found.hint})` : ""}`);
        return;
      }
      if ("incomplete" in form.dataset && found.standing.models) {
        location.replace(`/whatif?${shared}`);
        return;
      }
      if (place.querySelector(".shown")?.dataset.version !== found.version) {
        const part = await fetch(`/whatif/part?${query}`);
        const html = await part.text();
        if (mine !== round) return;
        if (part.ok) {
          put(html);
          brief();
        }
      }
      refuse("");
      progress(found.standing);
      if (!found.standing.finished) again(mine, document.hidden ? SELDOM : OFTEN);
      else if (found.standing.ahead < found.standing.of) again(mine, SELDOM);
    } catch {
      if (mine !== round) return;
      refuse("The server does not answer. Is counterpoint serve still running?");
      again(mine, SELDOM);
    }
  }

  function again(mine, wait) {
    clearTimeout(timer);
    timer = setTimeout(() => ask(mine), wait);
  }

  function changed() {
    round += 1;
    history.replaceState(null, "", `/whatif?${address()}`);
    again(round, SOON);
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  brief();
  ask(round);
})();
