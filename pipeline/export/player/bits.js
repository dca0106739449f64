// Small numbers packed into text: six bits a character, of characters that every LMS and database keeps as they are.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bits that `count` different values need. */
const widthOf = (count) => Math.max(1, Math.ceil(Math.log2(Math.max(2, count))));

/** A list of [value, width] pairs that knows its length in bits. */
class BitWriter {
  constructor() {
    this.pairs = [];
    this.length = 0;
  }

  put(value, width) {
    const largest = 2 ** width - 1;
    this.pairs.push([Math.max(0, Math.min(largest, Math.floor(value) || 0)), width]);
    this.length += width;
    return this;
  }

  append(other) {
    for (const [value, width] of other.pairs) this.put(value, width);
    return this;
  }

  /** Short text: plain ASCII takes seven bits a character, anything else sixteen. */
  putText(text) {
    const kept = text.slice(0, LONGEST_ANSWER);
    const wide = /[^\x00-\x7f]/.test(kept) ? 1 : 0;
    this.put(wide, 1).put(kept.length, 7);
    for (let at = 0; at < kept.length; at += 1) this.put(kept.charCodeAt(at), wide ? 16 : 7);
    return this;
  }

  text() {
    let out = "";
    let held = 0;
    let count = 0;
    for (const [value, width] of this.pairs) {
      for (let bit = width - 1; bit >= 0; bit -= 1) {
        held = (held << 1) | (Math.floor(value / 2 ** bit) & 1);
        count += 1;
        if (count === 6) {
          out += ALPHABET[held];
          held = 0;
          count = 0;
        }
      }
    }
    return count ? out + ALPHABET[held << (6 - count)] : out;
  }
}

/** Reads what BitWriter wrote; past the end it reads zeros. */
class BitReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  take(width) {
    let value = 0;
    for (let bit = 0; bit < width; bit += 1) {
      const code = ALPHABET.indexOf(this.text[Math.floor(this.at / 6)] || "A");
      value = value * 2 + ((code >> (5 - (this.at % 6))) & 1);
      this.at += 1;
    }
    return value;
  }

  takeText() {
    const width = this.take(1) ? 16 : 7;
    const length = this.take(7);
    let text = "";
    for (let at = 0; at < length; at += 1) text += String.fromCharCode(this.take(width));
    return text;
  }
}

/** Four characters that change when the text does. */
function checksum(text) {
  return new BitWriter().put(hashOf(text) % 2 ** 24, 24).text();
}
