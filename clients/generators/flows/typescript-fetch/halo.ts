import { equal } from 'node:assert/strict';
import { authorizedFetch, baseUrl, single } from './account';
import { Configuration, InvoiceApi, InvoicePaymentApi } from './client';

const configuration = new Configuration({ basePath: baseUrl, fetchApi: authorizedFetch });
const invoices = new InvoiceApi(configuration);

const saved = await invoices.invoiceSave({ invoiceHeaderInput: [
  { client_id: 8, lines: [{ item_shortdescription: 'Consulting', qty_order: 3, unit_price: 40, tax_code: '1' }] },
] });
const invoiceId = single(saved).id;
const invoice = await invoices.invoiceGet({ invoiceId });
equal(invoice.total, 144);
equal(invoice.amountdue, 144);

await new InvoicePaymentApi(configuration).invoicePaymentSave({
  invoicePaymentInput: [{ invoice_id: invoiceId, amount: 44 }],
});
equal((await invoices.invoiceGet({ invoiceId })).amountdue, 100);
