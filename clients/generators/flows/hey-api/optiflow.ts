import { equal } from 'node:assert/strict';
import { authorize, baseUrl, today } from './account';
import { client } from './client/client.gen';
import { invoicesCreate, invoicesGet, paymentsCreateForInvoice } from './client/sdk.gen';

client.setConfig({ baseUrl });
client.interceptors.request.use(authorize);
const throwOnError = true;

const created = await invoicesCreate({ throwOnError, body: {
  contact_id: 1, document_subtype_id: 1, issue_date: today,
  items: [{ product_id: 3, quantity: 2, unit_price: 500, taxes: [1] }],
} });
const path = { invoiceId: created.data.data.id };
const invoice = (await invoicesGet({ throwOnError, path })).data.data;
equal(invoice.total_amount, '1180.00');
equal(invoice.amount_due, '1180.00');

await paymentsCreateForInvoice({ throwOnError, path, body: {
  bank_account_id: 1, payment_date: today, payment_method: 'cash', amount: 180,
} });
equal((await invoicesGet({ throwOnError, path })).data.data.amount_due, '1000.00');
