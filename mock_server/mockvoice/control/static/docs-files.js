// Puts an example into each file field, so that a request with a file can be sent as it is.
const NAME = "example.txt";
const CONTENT = "An example file.\n";

function fill(field) {
  const chosen = new DataTransfer();
  chosen.items.add(new File([CONTENT], NAME, { type: "text/plain" }));
  field.files = chosen.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export function fillFileFields(root) {
  const fillNew = () => {
    for (const field of root.querySelectorAll("input[type=file]:not([data-filled])")) {
      field.dataset.filled = "";
      fill(field);
    }
  };
  new MutationObserver(fillNew).observe(root, { childList: true, subtree: true });
  fillNew();
}
