import { equal } from 'node:assert/strict';
import { authorizedFetch, baseUrl, today } from './account';
import { Configuration, InvoicesApi, PaymentsApi } from './client';

const configuration = new Configuration({ basePath: baseUrl, fetchApi: authorizedFetch });
const invoices = new InvoicesApi(configuration);

const created = await invoices.invoicesCreate({ invoiceCreate: {
  contact_id: 1, document_subtype_id: 1, issue_date: today,
  items: [{ product_id: 3, quantity: 2, unit_price: 500, taxes: [1] }],
} });
const invoiceId = created.data.id;
const invoice = (await invoices.invoicesGet({ invoiceId })).data;
equal(invoice.total_amount, '1180.00');
equal(invoice.amount_due, '1180.00');

await new PaymentsApi(configuration).paymentsCreateForInvoice({ invoiceId, invoicePaymentCreate: {
  bank_account_id: 1, payment_date: today, payment_method: 'cash', amount: 180,
} });
equal((await invoices.invoicesGet({ invoiceId })).data.amount_due, '1000.00');
