"use strict";
(() => {
  const box = document.getElementById("filter"), shown = document.getElementById("shown");
  const rows = document.querySelectorAll("li.check");
  const statuses = JSON.parse(document.getElementById("statuses").textContent);
  function filter() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const has = w => statuses.includes(w) ? row.dataset.status === w : text.includes(w);
      row.hidden = !words.every(w => w.length > 1 && w[0] === "-" ? !has(w.slice(1)) : has(w));
      if (!row.hidden) n++;
    }
    shown.textContent = n + " of " + rows.length;
  }
  // A link to a check opens it, also if the filter hides it.
  function open() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || !row.classList.contains("check")) return;
    if (row.hidden) { box.value = ""; filter(); }
    row.querySelector("details").open = true;
    row.scrollIntoView();
  }
  box.addEventListener("input", filter);
  addEventListener("hashchange", open);
  filter();
  open();
})();
