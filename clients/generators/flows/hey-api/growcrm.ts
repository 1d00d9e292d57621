import { equal } from 'node:assert/strict';
import { authorize, baseUrl, today } from './account';
import { client } from './client/client.gen';
import { invoicesCreate, invoicesGet, invoicesPublish, invoicesSetItems, paymentsCreate } from './client/sdk.gen';

client.setConfig({ baseUrl });
client.interceptors.request.use(authorize);
const throwOnError = true;

const created = await invoicesCreate({
  throwOnError, body: { bill_clientid: 1, bill_categoryid: 4, bill_date: today },
});
const path = { invoiceId: created.data.data.id };
await invoicesSetItems({ throwOnError, path, body: { items: [
  { description: 'Concept', quantity: 3, rate: 120 },
  { description: 'Layout', quantity: 1.5, rate: 40 },
] } });
await invoicesPublish({ throwOnError, path });

const invoice = (await invoicesGet({ throwOnError, path })).data.data;
equal(invoice.totals.final_amount, '420.00');
equal(invoice.status.title, 'Due');

await paymentsCreate({
  throwOnError, body: { payment_invoiceid: invoice.id, payment_amount: 420, payment_date: today },
});
equal((await invoicesGet({ throwOnError, path })).data.data.status.title, 'Paid');
