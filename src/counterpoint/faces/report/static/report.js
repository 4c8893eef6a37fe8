"use strict";
// The pictures are in the page already. Where this runs, each is drawn again so that it tells more under the pointer;
// where it cannot be, the one that is there stays.
(() => {
  const plain = value => String(value).replace(/[&<>]/g, one => `&#${one.charCodeAt(0)};`);
  const options = {renderer: "svg", actions: false, ast: true, tooltip: {theme: "page", sanitize: plain}, config: {}};
  const draw = async script => {
    const place = document.getElementById(script.dataset.chart);
    const fresh = document.createElement("div");
    try {
      await vegaEmbed(fresh, JSON.parse(script.textContent), options);
      const svg = fresh.querySelector("svg");
      if (!svg) return;
      svg.setAttribute("aria-hidden", "true");
      svg.setAttribute("focusable", "false");
      place.replaceChildren(fresh);
      place.dataset.live = "";
    } catch (error) {
      console.warn("a picture stays as it was drawn:", error);
    }
  };
  const scripts = [...document.querySelectorAll("script[data-chart]")];
  // One after another, those in sight first: the page can be read and scrolled meanwhile.
  (async () => {
    for (const script of scripts) {
      await draw(script);
      await new Promise(done => setTimeout(done));
    }
    document.documentElement.dataset.drawn = "";
  })();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(one => { one.open = true; }));
})();
