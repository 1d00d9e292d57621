import { equal } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import { authorize, baseUrl, dataOf, today } from './account';
import type { paths } from './client';

const api = createClient<paths>({ baseUrl });
api.use({ onRequest: ({ request }) => authorize(request) });

const created = dataOf(await api.POST('/api/v1/invoices', { body: {
  contact_id: 1, document_subtype_id: 1, issue_date: today,
  items: [{ product_id: 3, quantity: 2, unit_price: 500, taxes: [1] }],
} }));
const params = { path: { invoiceId: created.data.id } };
const invoice = dataOf(await api.GET('/api/v1/invoices/{invoiceId}', { params })).data;
equal(invoice.total_amount, '1180.00');
equal(invoice.amount_due, '1180.00');

dataOf(await api.POST('/api/v1/invoices/{invoiceId}/payments', { params, body: {
  bank_account_id: 1, payment_date: today, payment_method: 'cash', amount: 180,
} }));
equal(dataOf(await api.GET('/api/v1/invoices/{invoiceId}', { params })).data.amount_due, '1000.00');
