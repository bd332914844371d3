// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The element "live" of a page is asked for again when the gateway tells that something happened. The page is complete without this.
"use strict";

(() => {
  // On a narrow screen the list of pages is wider than the window.
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const part = () => document.getElementById("live");
  if (!part()) return;
  const url = new URL("../live", document.currentScript.src);
  if (part().dataset.message) url.searchParams.set("message", part().dataset.message);
  const places = "a[href], button, summary, [tabindex]";
  let events, asking = false, again = false;

  // replace keeps the focus, and how far tables are scrolled.
  function replace(next) {
    const old = part();
    const focused = [...old.querySelectorAll(places)].indexOf(document.activeElement);
    const scrolled = [...old.querySelectorAll(".scroll")].map((e) => e.scrollLeft);
    const open = [...old.querySelectorAll("details")].map((e) => e.open);
    old.replaceWith(next);
    next.querySelectorAll(".scroll").forEach((e, i) => { e.scrollLeft = scrolled[i] || 0; });
    next.querySelectorAll("details").forEach((e, i) => { e.open = open[i] || false; });
    if (focused >= 0) next.querySelectorAll(places)[focused]?.focus({ preventScroll: true });
  }

  async function renew() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "Wahost-Live": "1" } });
      if (answer.status === 401) location.reload(); // which leads to the login
      const next = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (next && part()) replace(next);
    } catch {
      // The gateway does not answer. The next event tries again.
    } finally {
      asking = false;
      if (again) {
        again = false;
        renew();
      }
    }
  }

  // follow is for pages that somebody sees: a browser has few connections to a host.
  function follow() {
    events?.close();
    events = undefined;
    if (document.hidden) return;
    const own = events = new EventSource(url);
    own.addEventListener("changed", renew);
    own.addEventListener("error", () => {
      if (own !== events || own.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        if (own !== events) return;
        renew();
        follow();
      }, 15000);
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) renew();
    follow();
  });
  addEventListener("pagehide", () => events?.close());
  follow();
})();
