// What the vendors' scripts share: OAuth as Swagger UI's dialog "Authorize" completes it.

// Adds the scheme "oauth" as an alternative to a bearer scheme.
export function addFlows(spec, bearer, description, flows) {
  spec.components.securitySchemes.oauth = { type: "oauth2", description, flows };
  for (const owner of [spec, ...operations(spec)]) {
    owner.security &&= owner.security.flatMap((schemes) => {
      const { [bearer]: token, ...others } = schemes;
      return token ? [schemes, { ...others, oauth: [] }] : [schemes];
    });
  }
}

export function operations(spec) {
  return Object.values(spec.paths)
    .flatMap((item) => Object.values(item))
    .filter((part) => part?.operationId);
}

// Uses an issued token for the requests that follow, in place of the sandbox's fixed one.
export function useToken(page, scheme, token) {
  page.ui.preauthorizeApiKey(scheme, token);
}

// The form of a token request that the dialog sends; other requests have no such form.
export function dialogForm(request) {
  const type = request.headers["Content-Type"] ?? "";
  return type.startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(request.body)
    : null;
}
