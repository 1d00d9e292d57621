-- Prints one line of JSON at the end, because wrk's own report rounds.
function done(summary, latency, requests)
  io.write(string.format(
    'JSON {"requests":%d,"seconds":%f,"p50_us":%f,"p99_us":%f,"max_us":%f,"not_2xx":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    latency.max, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
