// Progress of a filling without reloads. Without this script, the page reloads itself each second.
"use strict";

const SECONDS = 0.5;

async function look() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const progress = page.querySelector("[data-progress]");
  if (response.redirected || !response.ok || progress === null) {
    location.replace(response.url);
    return;
  }
  const here = document.querySelector("[data-progress]");
  // The element stays, since the focus may be in it; only its content changes.
  here.replaceChildren(...progress.childNodes);
  setTimeout(look, 1000 * SECONDS);
}

setTimeout(look, 1000 * SECONDS);
