import { equal } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import { authorize, baseUrl, dataOf, today } from './account';
import type { paths } from './client';

const api = createClient<paths>({ baseUrl });
api.use({ onRequest: ({ request }) => authorize(request) });

const created = dataOf(await api.POST('/api/invoices', {
  body: { bill_clientid: 1, bill_categoryid: 4, bill_date: today },
}));
const params = { path: { invoiceId: created.data.id } };
dataOf(await api.PUT('/api/invoices/{invoiceId}/items', { params, body: { items: [
  { description: 'Concept', quantity: 3, rate: 120 },
  { description: 'Layout', quantity: 1.5, rate: 40 },
] } }));
dataOf(await api.PUT('/api/invoices/{invoiceId}/publish', { params }));

const invoice = dataOf(await api.GET('/api/invoices/{invoiceId}', { params })).data;
equal(invoice.totals.final_amount, '420.00');
equal(invoice.status.title, 'Due');

dataOf(await api.POST('/api/payments', {
  body: { payment_invoiceid: invoice.id, payment_amount: 420, payment_date: today },
}));
equal(dataOf(await api.GET('/api/invoices/{invoiceId}', { params })).data.status.title, 'Paid');
