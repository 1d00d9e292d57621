import { equal } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import { authorize, baseUrl, dataOf, single, suffix, today } from './account';
import type { paths } from './client';

const api = createClient<paths>({ baseUrl });
api.use({ onRequest: ({ request }) => authorize(request) });

async function account(type: 'Assets' | 'Income'): Promise<string> {
  const response = await api.GET('/partners/chart-of-accounts', { params: { query: { type, limit: 1 } } });
  return single(dataOf(response).data.accounts).id;
}

const customer = dataOf(await api.POST('/partners/customers', { body: { customer: `Shop ${suffix}` } })).data;
const product = dataOf(await api.POST('/partners/products', {
  body: { name: `Beans ${suffix}`, categoryAccountUuid: await account('Income') },
})).data;
const created = dataOf(await api.POST('/partners/invoices', { body: {
  customerUuid: customer.id, invoiceNumber: `A-${suffix}`, invoiceType: 'invoice', date: today, dueDate: today,
  isDraft: true, products: [{ productUuid: product.id, quantity: 3, price: 19.99, taxes: [] }],
} })).data;
const params = { path: { invoiceId: created.id } };
dataOf(await api.PATCH('/partners/invoices/{invoiceId}/approve', { params, body: {} }));

const invoice = dataOf(await api.GET('/partners/invoices/{invoiceId}', { params })).data;
equal(invoice.total, 59.97);
equal(invoice.amountDue, 59.97);

const deposit = dataOf(await api.POST('/partners/transactions', {
  body: { accUuid: await account('Assets'), amount: 20, postedDate: today, type: 'Income' },
})).data;
dataOf(await api.POST('/partners/transactions/{transactionId}/assign-to-bills-invoices', {
  params: { path: { transactionId: deposit.id } },
  body: { matchingType: 'invoice', records: [{ id: invoice.id, paymentAmount: 20 }] },
}));
equal(dataOf(await api.GET('/partners/invoices/{invoiceId}', { params })).data.amountDue, 39.97);
