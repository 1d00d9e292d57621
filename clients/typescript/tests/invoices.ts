// Requests to Grow CRM with an ordinary client.

import type { Sandbox } from "mockvoice";

export function crm(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Response> {
  const { baseUrl, credentials } = sandbox.growcrm;
  const headers = { Authorization: `Bearer ${credentials.api_key}` };
  return fetch(`${baseUrl}/api/${path}`, { headers, ...init });
}

export function createInvoice(sandbox: Sandbox, dueDate = "2026-03-31"): Promise<Response> {
  const bill = { bill_clientid: "1", bill_categoryid: "4", bill_date: "2026-03-01" };
  const body = new URLSearchParams({ ...bill, bill_due_date: dueDate });
  return crm(sandbox, "invoices", { method: "POST", body });
}

export async function countInvoices(sandbox: Sandbox): Promise<number> {
  const response = await crm(sandbox, "invoices");
  return ((await response.json()) as { meta: { total: number } }).meta.total;
}
