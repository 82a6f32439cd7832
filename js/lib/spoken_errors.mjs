// @ts-check
/**
 * Errors of the pack in another language. The server says them in English, in up to three sentences: what, why, what to do.
 * A table gives for each sentence, with `{}` where a value stands, its other words, with `{0}`, `{1}` … for the values.
 */

/** @typedef {Record<string, string>} Table */
/** @typedef {{ pieces: string[], said: string, weight: number }} Template */
/** @typedef {{ text: string, weight: number }} Said what a part says then, and how many characters were known */

const LONGEST = 4000
const PARTS = 3
const MOST_SENTENCES = 24
const END = /[.!?)](?= |$)/g
const SHORTEST_VALUE = 8
const VAGUE = 8

/** Says a message of the pack in the words of a table; what the table does not know stays as it is. */
export class SpokenErrors {
  /** @param {Table} table */
  constructor(table) {
    /** @type {Template[]} */
    this.templates = Object.entries(table).map(([text, said]) => {
      const pieces = text.split('{}')
      return { pieces, said, weight: pieces.join('').length }
    })
    this.templates.sort((one, other) => other.weight - one.weight)
  }

  /**
   * @param {string} message
   * @returns {string}
   */
  say(message) {
    const text = message.trim()
    return text.length > LONGEST ? text : this.parts(text, PARTS).text
  }

  /**
   * The reading of a text in up to so many sentences of which most is known.
   * @param {string} text
   * @param {number} most
   * @returns {Said}
   */
  parts(text, most) {
    const ends = [...text.matchAll(END)].slice(0, MOST_SENTENCES).map(({ index }) => index + 1)
    /** @type {Said} */
    let best = { text, weight: 0 }
    for (const end of new Set([...ends, text.length])) {
      const first = this.sentence(text.slice(0, end))
      const rest = text.slice(end).trim()
      const after = rest && most > 1 ? this.parts(rest, most - 1) : { text: rest, weight: 0 }
      const weight = first.weight + after.weight
      if (weight > best.weight) best = { text: [first.text, after.text].filter(Boolean).join(' '), weight }
    }
    return best
  }

  /**
   * What a sentence says; of one that is not known, what stands before a colon may be: the rest came from elsewhere.
   * @param {string} sentence
   * @returns {Said}
   */
  sentence(sentence) {
    const whole = this.found(sentence.replace(/\.$/, '')) ?? this.found(sentence)
    const at = sentence.indexOf(': ')
    const first = at > 0 ? this.found(sentence.slice(0, at)) : null
    if (first && first.weight > (whole?.weight ?? 0)) return { ...first, text: first.text + sentence.slice(at) }
    return whole ? { ...whole, text: ended(whole.text) } : { text: sentence, weight: 0 }
  }

  /**
   * The template that says most of a text, filled.
   * @param {string} text
   * @returns {Said | null}
   */
  found(text) {
    for (const { pieces, said, weight } of this.templates) {
      const values = valuesIn(text, pieces)
      const vague = weight < VAGUE && values?.[0].includes(' ') // it would fit half of all sentences
      if (values && !vague) return { text: this.filled(said, values), weight: weight + 1 }
    }
    return null
  }

  /**
   * @param {string} said
   * @param {string[]} values
   */
  filled(said, values) {
    return said.replace(/\{(\d)\}/g, (_, at) => this.value(values[at] ?? ''))
  }

  /**
   * A value that is a message itself, such as the reason of another error, is said too.
   * @param {string} value
   */
  value(value) {
    if (value.length < SHORTEST_VALUE || !value.includes(' ')) return value
    return this.templates.find(({ pieces }) => pieces.length === 1 && pieces[0] === value)?.said ?? value
  }
}

/**
 * What stands between the pieces of a template, or null where the text is another one.
 * @param {string} text
 * @param {string[]} pieces
 * @returns {string[] | null}
 */
function valuesIn(text, pieces) {
  const [first, last] = [pieces[0], pieces[pieces.length - 1]]
  if (pieces.length === 1) return text === first ? [] : null
  if (!text.startsWith(first) || !text.endsWith(last)) return null
  const values = []
  const close = text.length - last.length
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const next = text.indexOf(piece, at)
    if (next < 0) return null
    values.push(text.slice(at, next))
    at = next + piece.length
  }
  return at <= close ? [...values, text.slice(at, close)] : null
}

/** @param {string} text */
function ended(text) {
  return /[.!?):…]$/.test(text) ? text : `${text}.`
}
