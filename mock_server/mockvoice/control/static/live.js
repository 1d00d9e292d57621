// New requests at the top of a list while its page is visible. Without this script, the page is reloaded.
"use strict";

const MAX_ROWS = 300;

const list = document.querySelector("[data-live]");
const state = document.querySelector("[data-live-state]");
let source = null;
let lastId = "";

function show(text, tone) {
  state.textContent = text;
  state.className = `badge ${tone}`;
}

function insert(event) {
  lastId = event.lastEventId;
  list.insertAdjacentHTML("afterbegin", event.data);
  while (list.rows.length > MAX_ROWS) list.lastElementChild.remove();
  for (const empty of document.querySelectorAll("[data-live-empty]")) empty.hidden = true;
}

// The stream continues after the last request that this page has.
function address() {
  const url = new URL(list.dataset.live, location.href);
  if (lastId) url.searchParams.set("after", lastId);
  return url;
}

function open() {
  source = new EventSource(address());
  source.addEventListener("open", () => show("Live", "good"));
  source.addEventListener("rows", insert);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) {
      show("Not live: use Refresh", "warning");
      close();
    } else {
      show("Connecting …", "neutral");
    }
  });
}

function close() {
  if (source !== null) source.close();
  source = null;
}

// A hidden page holds one of the few connections that a browser has for a server, so it lets go.
document.addEventListener("visibilitychange", () => {
  if (list === null) return;
  if (document.hidden) {
    close();
    show("Paused", "neutral");
  } else if (source === null) {
    if (list.dataset.live.includes("after=") || lastId) open();
    else location.reload();
  }
});
addEventListener("pagehide", close);

if (list !== null && !document.hidden) open();
