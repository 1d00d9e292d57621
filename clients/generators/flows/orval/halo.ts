import { equal } from 'node:assert/strict';
import { single } from './account';
import { invoiceGet, invoicePaymentSave, invoiceSave } from './client';

const saved = await invoiceSave([
  { client_id: 8, lines: [{ item_shortdescription: 'Consulting', qty_order: 3, unit_price: 40, tax_code: '1' }] },
]);
const id = single(saved.data).id;
const invoice = (await invoiceGet(id)).data;
equal(invoice.total, 144);
equal(invoice.amountdue, 144);

await invoicePaymentSave([{ invoice_id: id, amount: 44 }]);
equal((await invoiceGet(id)).data.amountdue, 100);
