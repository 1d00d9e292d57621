import { equal } from 'node:assert/strict';
import { today } from './account';
import { invoicesCreate, invoicesGet, paymentsCreateForInvoice } from './client';

const created = await invoicesCreate({
  contact_id: 1, document_subtype_id: 1, issue_date: today,
  items: [{ product_id: 3, quantity: 2, unit_price: 500, taxes: [1] }],
});
const id = created.data.data.id;
const invoice = (await invoicesGet(id)).data.data;
equal(invoice.total_amount, '1180.00');
equal(invoice.amount_due, '1180.00');

await paymentsCreateForInvoice(id, { bank_account_id: 1, payment_date: today, payment_method: 'cash', amount: 180 });
equal((await invoicesGet(id)).data.data.amount_due, '1000.00');
