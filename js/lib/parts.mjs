// @ts-check
/** The parts of three copies as the panel in Ad Copy shows and changes them. Twin of core/copywriting/word_edits.py. */
import { spokenIn } from './languages.mjs'

/** @typedef {Record<string, string>} Part the text fields of one copy */
/** @typedef {Record<string, Record<string, string>>} Edits by the number of the copy, `{"2": {"headline": "…"}}` */

/** Lines that can be changed, in the order of the ad. */
export const LINES = Object.freeze(['eyebrow', 'headline', 'sub', 'body', 'cta', 'badge'])
/** What was recognised in the brief. */
export const FACTS = Object.freeze([
  'product', 'price_before', 'price_now', 'discount', 'period', 'conditions', 'contact', 'address', 'hours', 'link',
])
export const LETTERS = Object.freeze(['A', 'B', 'C'])
const INPUTS = Object.freeze(['shop', 'offer', 'features'])
const LONGEST = 500

const ENGLISH = {
  title: 'Copy, piece by piece',
  hint: 'Run once to see what was recognised.',
  empty: 'Shop, offer and features are empty: the copy can only speak in general.',
  thin: 'Offer and features are empty: the copy can only speak of the trade.',
  choose: 'Which copy',
  reset: 'Undo changes',
  edited: 'Changed; it counts from the next run on.',
  angles: { A: 'offer', B: 'product', C: 'mood' },
  fields: {
    eyebrow: 'Small line', headline: 'Headline', sub: 'Second line', body: 'Body', cta: 'Call to action', badge: 'Badge',
    product: 'Product', price_before: 'Before', price_now: 'Price', discount: 'Discount', period: 'Period',
    conditions: 'Conditions', contact: 'Contact', address: 'Place', hours: 'Hours', link: 'Link',
  },
}
const KOREAN = {
  title: '나눠 본 문구',
  hint: '한 번 실행하면 알아본 내용이 나와요.',
  empty: '가게 이름, 혜택, 특징이 비어 있어 두루뭉술한 문구만 나와요.',
  thin: '혜택과 특징이 비어 있어 업종 이야기만 나와요.',
  choose: '고를 안',
  reset: '고친 것 되돌리기',
  edited: '고쳤어요. 다음 실행부터 반영돼요.',
  angles: { A: '혜택', B: '상품', C: '분위기' },
  fields: {
    eyebrow: '머리말', headline: '제목', sub: '둘째 줄', body: '본문', cta: '행동 유도', badge: '배지',
    product: '상품', price_before: '이전 가격', price_now: '가격', discount: '할인', period: '기간',
    conditions: '조건', contact: '연락처', address: '장소', hours: '영업시간', link: '링크',
  },
}

/** @typedef {typeof ENGLISH} Labels */

/**
 * @param {unknown} locale
 * @returns {Labels}
 */
export const labelsFor = (locale) => spokenIn(locale, ENGLISH, KOREAN)

/**
 * The parts of the three copies in a node's output; null where the output has none.
 * @param {unknown} output
 * @returns {Part[] | null}
 */
export function partsOf(output) {
  const texts = /** @type {{ fit_ad_parts?: unknown } | null | undefined} */ (output)?.fit_ad_parts
  if (!Array.isArray(texts) || texts.length !== LETTERS.length) return null
  return texts.map((text) => textsIn(parsed(text)))
}

/**
 * The facts of a part that are there.
 * @param {Part} part
 * @returns {{ field: string, text: string }[]}
 */
export function chipsOf(part) {
  return FACTS.filter((field) => part[field]).map((field) => ({ field, text: part[field] }))
}

/**
 * What the edits field holds; from a saved graph, so that anything else than texts by copy and field is left out.
 * @param {unknown} text
 * @returns {Edits}
 */
export function editsIn(text) {
  const data = parsed(text)
  /** @type {Edits} */
  const edits = {}
  LETTERS.forEach((_, at) => {
    const own = textsIn(data[at + 1])
    if (Object.keys(own).length) edits[at + 1] = own
  })
  return edits
}

/**
 * The edits field after a line was changed; '' where nothing is changed any more.
 * @param {unknown} text the field before
 * @param {number} pick from 1
 * @param {string} field
 * @param {string | null} value null takes all changes of the copy back
 * @returns {string}
 */
export function editsWith(text, pick, field, value) {
  const edits = editsIn(text)
  if (value === null) delete edits[pick]
  else edits[pick] = { ...edits[pick], [field]: value.slice(0, LONGEST) }
  return Object.keys(edits).length ? JSON.stringify(edits) : ''
}

/**
 * What to warn of: the facts that the copy lacks.
 * @param {(name: string) => { value?: unknown, linked?: boolean }} settingOf an input of the node; a linked one counts as filled
 * @param {Labels} labels
 * @returns {string}
 */
export function warningOf(settingOf, labels) {
  const [shop, offer, features] = INPUTS.map((name) => {
    const { value, linked } = settingOf(name)
    return Boolean(linked) || String(value ?? '').trim() !== ''
  })
  if (offer || features) return ''
  return shop ? labels.thin : labels.empty
}

/**
 * @param {unknown} text
 * @returns {Record<string, unknown>}
 */
function parsed(text) {
  try {
    const data = typeof text === 'string' && text.trim() ? JSON.parse(text) : null
    return data && typeof data === 'object' && !Array.isArray(data) ? data : {}
  } catch {
    return {}
  }
}

/**
 * @param {unknown} data
 * @returns {Part}
 */
function textsIn(data) {
  if (!data || typeof data !== 'object') return {}
  const known = [...LINES, ...FACTS, 'angle', 'purpose']
  return Object.fromEntries(Object.entries(data).filter(([name, text]) => known.includes(name) && typeof text === 'string'))
}
