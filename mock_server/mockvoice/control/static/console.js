// Enhancements of the console's pages. Everything works without them.
"use strict";

function copyText(button) {
  if (button.hasAttribute("data-copy-next")) return button.nextElementSibling.textContent;
  return button.dataset.copy;
}

async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(copyText(button));
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
}

// Browsers offer the clipboard to pages of this computer and to pages by HTTPS only.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
