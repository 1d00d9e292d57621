// Gives names and roles to the parts of Swagger UI that screen readers and the keyboard need.
const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

// Each selector with the attributes that its elements lack, as a function of the element.
const ATTRIBUTES = [
  [".information-container", () => ({ role: "region", "aria-label": "About this API" })],
  [".scheme-container", () => ({ role: "region", "aria-label": "Server and credentials" })],
  [".filter", () => ({ role: "search", "aria-label": "Filter by tag" })],
  [".responses-table", () => ({ role: "table" })],
  [".operation-filter-input", () => ({ "aria-label": "Filter by tag or path" })],
  ["#servers", () => ({ "aria-label": "Server" })],
  [".examples-select-element", () => ({ "aria-label": "Example" })],
  [".body-param__text", () => ({ "aria-label": "Request body" })],
  [".expand-operation", (button) => ({ "aria-label": `Operations of ${tagOf(button)}` })],
  [".close-modal", () => ({ "aria-label": "Close" })],
  ["tr[data-param-name] :is(input, select, textarea)", parameterLabel],
  ["tr[data-property-name] :is(input, select, textarea):not([type=checkbox])", fieldLabel],
  ["pre, textarea.curl", () => ({ tabindex: "0" })],
  ["h3.opblock-tag, .modal-ux h3, .opblock-title, .models h4", () => ({ "aria-level": "2" })],
  ["h4:not(.opblock-title), .models h5", () => ({ "aria-level": "3" })],
  ["h5, h6", () => ({ "aria-level": "4" })],
];

// A plugin that shows the path of an operation as text: a link inside a button cannot be reached.
export const PlainPaths = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
});

export function labelControls(root) {
  // Once for each frame: Swagger UI changes the page in many small steps.
  let isScheduled = false;
  const schedule = () => {
    if (!isScheduled) {
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        label(root);
      });
    }
  };
  new MutationObserver(schedule).observe(root, { childList: true, subtree: true });
  schedule();
}

function label(root) {
  for (const [selector, attributesOf] of ATTRIBUTES) {
    for (const element of root.querySelectorAll(selector)) {
      setMissing(element, attributesOf(element));
    }
  }
  for (const button of root.querySelectorAll("button[aria-label]")) {
    if (!button.ariaLabel.toLowerCase().includes(textOf(button).toLowerCase())) {
      button.removeAttribute("aria-label"); // a name other than the visible text confuses speech input
    }
  }
}

function setMissing(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) {
      element.setAttribute(name, value);
    }
  }
}

function tagOf(element) {
  return element.closest("[data-tag]").dataset.tag;
}

function parameterLabel(element) {
  const row = element.closest("tr");
  return element.type === "checkbox" ? {} : { "aria-label": row.dataset.paramName };
}

function fieldLabel(element) {
  return { "aria-label": element.closest("tr").dataset.propertyName };
}
