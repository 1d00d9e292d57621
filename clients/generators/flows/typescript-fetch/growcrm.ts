import { equal } from 'node:assert/strict';
import { authorizedFetch, baseUrl, today } from './account';
import { Configuration, InvoicesApi, PaymentsApi } from './client';

const configuration = new Configuration({ basePath: baseUrl, fetchApi: authorizedFetch });
const invoices = new InvoicesApi(configuration);

const created = await invoices.invoicesCreate({
  invoiceCreate: { bill_clientid: 1, bill_categoryid: 4, bill_date: today },
});
const invoiceId = created.data.id;
await invoices.invoicesSetItems({ invoiceId, invoiceItems: { items: [
  { description: 'Concept', quantity: 3, rate: 120 },
  { description: 'Layout', quantity: 1.5, rate: 40 },
] } });
await invoices.invoicesPublish({ invoiceId });

const invoice = (await invoices.invoicesGet({ invoiceId })).data;
equal(invoice.totals.final_amount, '420.00');
equal(invoice.status.title, 'Due');

await new PaymentsApi(configuration).paymentsCreate({
  paymentCreate: { payment_invoiceid: invoiceId, payment_amount: 420, payment_date: today },
});
equal((await invoices.invoicesGet({ invoiceId })).data.status.title, 'Paid');
