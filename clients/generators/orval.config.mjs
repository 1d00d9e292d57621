// With a mutator, responses with an error status throw, so the types have only the successes.
const { CLIENT, CONTRACT } = process.env;

export default {
  client: {
    input: CONTRACT,
    output: {
      target: `${CLIENT}/index.ts`,
      client: 'fetch',
      override: {
        fetch: { includeHttpResponseReturnType: true, forceSuccessResponse: true },
        mutator: { path: `${CLIENT}/../send.ts`, name: 'send' },
      },
    },
  },
};
