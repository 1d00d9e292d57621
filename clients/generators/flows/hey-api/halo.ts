import { equal } from 'node:assert/strict';
import { authorize, baseUrl, single } from './account';
import { client } from './client/client.gen';
import { invoiceGet, invoicePaymentSave, invoiceSave } from './client/sdk.gen';

client.setConfig({ baseUrl });
client.interceptors.request.use(authorize);
const throwOnError = true;

const saved = await invoiceSave({ throwOnError, body: [
  { client_id: 8, lines: [{ item_shortdescription: 'Consulting', qty_order: 3, unit_price: 40, tax_code: '1' }] },
] });
const path = { invoiceId: single(saved.data).id };
const invoice = (await invoiceGet({ throwOnError, path })).data;
equal(invoice.total, 144);
equal(invoice.amountdue, 144);

await invoicePaymentSave({ throwOnError, body: [{ invoice_id: invoice.id, amount: 44 }] });
equal((await invoiceGet({ throwOnError, path })).data.amountdue, 100);
