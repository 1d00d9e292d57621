// Shows a contract with Swagger UI. Requests go to this page's own origin, whatever name it was
// opened by, and carry the demo credentials.
(async () => {
  const options = JSON.parse(document.getElementById("options").textContent);
  const answer = await fetch("./openapi.json");
  const spec = await answer.json();
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
