// SPDX-License-Identifier: Apache-2.0
// What the page does beyond links and forms: it follows what happens, keeps ages going, takes keys. Without it
// everything works, too.
"use strict";

(() => {
  const body = document.body;
  const pulse = document.getElementById("pulse");
  const clockError = Number(body.dataset.now) - Date.now();

  // --- Ages, in the words of the server ---

  const ageText = (ms) => {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 1) return "now";
    if (seconds >= 48 * 3600) return `${Math.floor(seconds / 86400)} d`;
    if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h`;
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${seconds} s`;
  };

  const showAges = () => {
    const now = Date.now() + clockError;
    for (const time of document.querySelectorAll("time[datetime]")) {
      const since = Number(time.getAttribute("datetime"));
      const text = ageText(now - since);
      if (time.textContent !== text) time.textContent = text;
      if (!time.dataset.local) {
        time.dataset.local = "1";
        time.title = `${new Date(since).toLocaleString()} (${time.title})`;
      }
    }
  };

  // --- In place: the parts that are marked, from a fresh copy of the page ---

  const rowsOf = (part) => new Map([...part.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));

  const markNews = (before, after) => {
    for (const [key, row] of rowsOf(after)) {
      const old = before.get(key);
      if (!old || old.className.replace(/ (fresh|current)/g, "") !== row.className) row.classList.add("fresh");
    }
  };

  const keepWhatIsMine = (before, after) => {
    for (const details of before.querySelectorAll("details[open][id]")) {
      const same = after.querySelector(`#${CSS.escape(details.id)}`);
      if (same) same.open = true;
    }
    for (const box of before.querySelectorAll("input[type=checkbox]:checked")) {
      const same = after.querySelector(`input[type=checkbox][value="${CSS.escape(box.value)}"]`);
      if (same) same.checked = true;
    }
  };

  // Of what has not changed but in age, the old stays: a picture that is loaded does not flicker.
  const lasting = (row) => row.outerHTML.replace(/<time[^>]*>[^<]*<\/time>/g, "").replace(/ (fresh|current)(?=[ "])/g, "");

  const keepWhatStayed = (before, after) => {
    for (const [key, row] of rowsOf(after)) {
      const old = before.get(key);
      if (!old || lasting(old) !== lasting(row)) continue;
      old.querySelector("time")?.replaceWith(row.querySelector("time"));
      old.classList.remove("fresh");
      row.replaceWith(old);
    }
  };

  const replacePart = (before, after) => {
    const focused = before.contains(document.activeElement) ? document.activeElement : null;
    const address = focused?.getAttribute("href");
    const current = before.querySelector(".current")?.dataset.key;
    keepWhatIsMine(before, after);
    const rows = rowsOf(before);
    markNews(rows, after);
    keepWhatStayed(rows, after);
    before.replaceWith(after);
    if (current) rowsOf(after).get(current)?.classList.add("current");
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    else if (address) after.querySelector(`a[href="${CSS.escape(address)}"]`)?.focus({ preventScroll: true });
  };

  const takeOver = (fresh) => {
    document.title = fresh.title;
    const icon = fresh.getElementById("icon");
    if (icon && icon.href !== document.getElementById("icon").href) document.getElementById("icon").replaceWith(icon);
    for (const part of document.querySelectorAll("[data-live]")) {
      const after = fresh.getElementById(part.id);
      if (after) replacePart(part, after);
    }
    showAges();
    countChosen();
  };

  // One look at a time, and a pause after it that is ten times as long as it took: so that all pages together ask
  // a busy collector for what it can give. A page that nobody sees keeps its title and its icon, which need less.
  const pauseAfter = (took) => Math.max(document.hidden ? 15000 : 1000, 10 * took);
  let looking = false;
  let again = false;
  const look = async () => {
    if (looking) { again = true; return; }
    looking = true;
    const began = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; }  // signed out
      if (answer.ok) takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the stream says that the collector is away */ }
    setTimeout(() => { looking = false; if (again) { again = false; look(); } }, pauseAfter(performance.now() - began));
  };

  // Every page hears of a change at the same moment; they shall not all come at once.
  let soon = 0;
  const lookSoon = () => {
    if (soon) return;
    soon = setTimeout(() => { soon = 0; look(); }, 300 * Math.random());
  };

  // Graphs are drawn anew each minute, those that have been looked at.
  const drawAnew = () => {
    for (const plot of document.querySelectorAll("img.plot")) {
      if (!plot.complete) continue;
      for (const [element, name] of [[plot, "src"], [plot.previousElementSibling, "srcset"]]) {
        if (element) element[name] = `${element[name].replace(/&at=\d+$/, "")}&at=${Date.now()}`;
      }
    }
  };

  // --- What happens, as the collector tells it ---

  const concerns = (news) => {
    const { node, check } = body.dataset;
    return news.many || news.changes.some(([n, c]) => (!node || n === node) && (!check || !c || c === check));
  };

  const say = (className, text) => { pulse.className = `pulse ${className}`; pulse.textContent = text; };

  const follow = () => {
    const stream = new EventSource("/events/stream");
    let lost = false;
    stream.addEventListener("open", () => { say("on", "live"); if (lost) look(); lost = false; });
    stream.addEventListener("error", () => {
      lost = true;
      say("off", "not connected");
      if (stream.readyState !== EventSource.CLOSED) return;  // it tries again by itself
      look();                                                // perhaps nobody is signed in any more
      setTimeout(follow, 30000);                             // or too many follow
    });
    stream.addEventListener("change", (event) => { if (concerns(JSON.parse(event.data))) lookSoon(); });
    addEventListener("pagehide", () => stream.close());
  };

  // --- Choosing rows ---

  const boxes = () => [...document.querySelectorAll(".row input[name=on]")];

  function countChosen() {
    const text = document.getElementById("chosen");
    if (!text) return;
    const count = boxes().filter((box) => box.checked).length;
    text.textContent = count === 0 ? "Choose problems to take care of" : `${count} chosen`;
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "choose-all") {
      for (const box of boxes()) box.checked = event.target.checked && box.getClientRects().length > 0;
    }
    if (event.target.matches(".crowd > summary input")) {
      for (const box of event.target.closest(".crowd").querySelectorAll(".row input")) box.checked = event.target.checked;
    }
    countChosen();
  });

  // --- Keys ---

  const visibleRows = () => [...document.querySelectorAll(".row")].filter((row) => row.getClientRects().length > 0);

  const move = (step) => {
    const rows = visibleRows();
    const at = rows.findIndex((row) => row.classList.contains("current"));
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return;
    rows[at]?.classList.remove("current");
    next.classList.add("current");
    next.querySelector("a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const choose = () => {
    const box = document.querySelector(".row.current input[name=on]");
    if (box) { box.checked = !box.checked; countChosen(); }
  };

  const keys = [
    ["j", "the next row", () => move(1)],
    ["k", "the row before", () => move(-1)],
    ["x", "choose the row", choose],
    ["c", "write a comment", () => document.querySelector("#care [name=comment]")?.focus()],
    ["/", "filter", () => document.querySelector("#filter input")?.focus()],
    ["p", "problems", () => location.assign("/")],
    ["n", "nodes", () => location.assign("/nodes")],
    ["?", "these keys", () => showKeys()],
  ];

  function showKeys() {
    let dialog = document.querySelector("dialog.keys");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "keys";
      const list = document.createElement("dl");
      for (const [key, what] of keys) {
        const term = document.createElement("dt");
        const text = document.createElement("dd");
        term.textContent = key;
        text.textContent = what;
        list.append(term, text);
      }
      dialog.append(list);
      dialog.addEventListener("click", () => dialog.close());
      body.append(dialog);
    }
    dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = keys.find(([key]) => key === event.key);
    if (found) { event.preventDefault(); found[2](); }
  });

  // Somebody who is signed in and follows a link from elsewhere comes without the cookie, because it is for this
  // site alone; asked for from here, the page may be there after all.
  const comeBack = async () => {
    const target = document.querySelector("#login [name=back]")?.value || "/";
    const answer = await fetch(target, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) location.replace(target);
  };

  showAges();
  countChosen();
  if (body.dataset.follows === "yes" && pulse) {
    setInterval(showAges, 5000);
    setInterval(() => { if (!document.hidden) { look(); drawAnew(); } }, 60000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    follow();
  }
  if (document.getElementById("login") && location.search) comeBack().catch(() => {});
})();
