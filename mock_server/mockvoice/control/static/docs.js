// Shows a contract with Swagger UI. Requests go to the origin of this page, whatever its host name,
// and use the demo credentials.
(async () => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", applyTheme);
  applyTheme();
  const options = JSON.parse(document.getElementById("options").textContent);
  const response = await fetch("./openapi.json");
  const spec = await response.json();
  spec.servers = [{ url: location.origin + options.prefix, description: "This server" }];
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    onComplete: () => {
      for (const [scheme, secret] of Object.entries(options.credentials)) {
        window.ui.preauthorizeApiKey(scheme, secret);
      }
    },
  });
})();
