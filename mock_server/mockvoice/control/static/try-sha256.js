// SHA-256 and HMAC (FIPS 180-4, RFC 2104) for pages at plain http under a name other than localhost,
// where browsers have no WebCrypto. All functions take and return Uint8Array.
const BLOCK = 64; // bytes
const PRIMES = primes(64);
const ROUND_CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

export function hmac(key, message) {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const inner = sha256(joined(block.map((byte) => byte ^ 0x36), message));
  return sha256(joined(block.map((byte) => byte ^ 0x5c), inner));
}

export function sha256(message) {
  const state = [...INITIAL];
  const data = new DataView(padded(message).buffer);
  for (let start = 0; start < data.byteLength; start += BLOCK) {
    compress(state, schedule(data, start));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setUint32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

// The message, one bit, zeros, and the length in bits as the last eight bytes of a block.
function padded(message) {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return bytes;
}

function schedule(data, start) {
  const words = Array.from({ length: 16 }, (_, index) => data.getUint32(start + index * 4));
  for (let index = 16; index < 64; index += 1) {
    const [early, late] = [words[index - 15], words[index - 2]];
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words.push((words[index - 16] + low + words[index - 7] + high) >>> 0);
  }
  return words;
}

function compress(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  words.forEach((word, index) => {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first =
      h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + ROUND_CONSTANTS[index] + word;
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
  });
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] + word) >>> 0;
  });
}

function turned(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

function joined(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function primes(count) {
  const known = [];
  for (let number = 2; known.length < count; number += 1) {
    if (known.every((prime) => number % prime)) {
      known.push(number);
    }
  }
  return known;
}

// The first 32 bits of the fraction of a number.
function fraction(number) {
  return Math.floor((number % 1) * 2 ** 32);
}
