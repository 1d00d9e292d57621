import { equal } from 'node:assert/strict';
import { today } from './account';
import { invoicesCreate, invoicesGet, invoicesPublish, invoicesSetItems, paymentsCreate } from './client';

const created = await invoicesCreate({ bill_clientid: 1, bill_categoryid: 4, bill_date: today });
const id = created.data.data.id;
await invoicesSetItems(id, { items: [
  { description: 'Concept', quantity: 3, rate: 120 },
  { description: 'Layout', quantity: 1.5, rate: 40 },
] });
await invoicesPublish(id);

const invoice = (await invoicesGet(id)).data.data;
equal(invoice.totals.final_amount, '420.00');
equal(invoice.status.title, 'Due');

await paymentsCreate({ payment_invoiceid: id, payment_amount: 420, payment_date: today });
equal((await invoicesGet(id)).data.data.status.title, 'Paid');
