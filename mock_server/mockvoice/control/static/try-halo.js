// Halo's token endpoint reads the application's id and secret in the form, where Swagger UI's dialog
// sends them in a header.
import { addFlows, dialogForm, useToken } from "./try-oauth.js";

const SCOPES = {
  all: "Everything",
  "read:invoices": "Read billing records",
  "edit:invoices": "Read and change billing records",
  "read:customers": "Read clients",
  "edit:customers": "Read and change clients",
  "read:items": "Read items",
  "edit:items": "Read and change items",
};

const tokenUrl = (page) => `${page.base}/auth/token`;

export function prepareContract(spec, page) {
  addFlows(spec, "bearer", "A new token for the application of the sandbox.", {
    clientCredentials: { tokenUrl: tokenUrl(page), scopes: SCOPES },
  });
}

export function oauth({ sandbox }) {
  const { client_id: clientId, client_secret: clientSecret } = sandbox.credentials;
  return { clientId, clientSecret, scopes: "all" };
}

export function prepareRequest(request, page) {
  const basic = request.headers.Authorization?.match(/^Basic (.*)$/);
  if (request.url !== tokenUrl(page) || !basic) {
    return request;
  }
  const [id, ...secret] = atob(basic[1]).split(":");
  const form = dialogForm(request);
  form.set("client_id", id);
  form.set("client_secret", secret.join(":"));
  delete request.headers.Authorization;
  request.body = form.toString();
  page.awaitsToken = true;
  return request;
}

export function prepareResponse(response, page) {
  if (page.awaitsToken && response.url === tokenUrl(page)) {
    page.awaitsToken = false;
    if (response.ok) {
      useToken(page, "bearer", JSON.parse(response.text).access_token);
    }
  }
  return response;
}
