import { equal } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import { authorize, baseUrl, dataOf, single } from './account';
import type { paths } from './client';

const api = createClient<paths>({ baseUrl });
api.use({ onRequest: ({ request }) => authorize(request) });

const saved = single(dataOf(await api.POST('/api/Invoice', { body: [
  { client_id: 8, lines: [{ item_shortdescription: 'Consulting', qty_order: 3, unit_price: 40, tax_code: '1' }] },
] })));
const params = { path: { invoiceId: saved.id } };
const invoice = dataOf(await api.GET('/api/Invoice/{invoiceId}', { params }));
equal(invoice.total, 144);
equal(invoice.amountdue, 144);

dataOf(await api.POST('/api/InvoicePayment', { body: [{ invoice_id: invoice.id, amount: 44 }] }));
equal(dataOf(await api.GET('/api/Invoice/{invoiceId}', { params })).amountdue, 100);
