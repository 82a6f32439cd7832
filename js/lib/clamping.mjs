// @ts-check
/** What the prompt counter says about a prompt, in English and Korean. */
import { spokenIn } from './languages.mjs'

/**
 * What the server answers; see nodes/_clamp_route.py.
 * @typedef {object} Count
 * @property {number} tokens of what CLIP is to read
 * @property {number} given tokens of the whole prompt
 * @property {number} limit
 * @property {boolean} at_most the prompt holds choices; the longest was counted
 * @property {boolean} korean
 * @property {[string, string, string][]} parts phrase, what stands behind it, and `kept`, `must` or `dropped`
 * @property {number} dropped
 * @property {number} more phrases that are not among the parts
 */

const ENGLISH = {
  counter: 'Prompt counter',
  phrases: 'Phrases of the prompt',
  hint: 'The phrases of the prompt appear here; those that CLIP has no room for are struck through.',
  linked: 'The text comes from another node. It is counted when the graph runs.',
  valueLinked: 'must_keep or max_tokens comes from another node. It is counted when the graph runs.',
  counting: 'Counting …',
  offline: 'The count cannot be reached.',
  whole: 'T5 whole',
  atMost: 'up to',
  korean: 'CLIP reads English only.',
  must: 'always kept',
  dropped: (/** @type {number} */ count) => `${count} ${count === 1 ? 'phrase' : 'phrases'} dropped`,
  more: (/** @type {number} */ count) => `… and ${count} more`,
}

/** @type {typeof ENGLISH} */
const KOREAN = {
  counter: '프롬프트 토큰 세기',
  phrases: '프롬프트의 구절',
  hint: '프롬프트의 구절이 여기에 나와요. CLIP에 들어가지 않는 구절에는 줄을 그어요.',
  linked: '텍스트가 다른 노드에서 와요. 실행할 때 세요.',
  valueLinked: '꼭 남길 말이나 최대 토큰이 다른 노드에서 와요. 실행할 때 세요.',
  counting: '세는 중 …',
  offline: '토큰 수를 불러올 수 없어요.',
  whole: 'T5는 전체',
  atMost: '최대',
  korean: 'CLIP은 영어만 읽어요.',
  must: '꼭 남길 말',
  dropped: (count) => `구절 ${count}개 빠짐`,
  more: (count) => `… 외 ${count}개`,
}

/** @typedef {typeof ENGLISH} Labels */

/**
 * The labels for a language; English for all but Korean.
 * @param {unknown} locale `ko`, `ko-KR`, `en` …
 * @returns {Labels}
 */
export function labelsFor(locale) {
  return spokenIn(locale, ENGLISH, KOREAN)
}

/**
 * The count in a line: `52 / 77 CLIP · T5 whole`.
 * @param {Count} count
 * @param {Labels} labels
 * @returns {string}
 */
export function summary(count, labels) {
  const tokens = `${count.at_most ? `${labels.atMost} ` : ''}${count.tokens} / ${count.limit} CLIP`
  const parts = [tokens, count.dropped ? labels.dropped(count.dropped) : '', labels.whole]
  return parts.filter(Boolean).join(' · ') + (count.korean ? ` · ${labels.korean}` : '')
}

/**
 * An answer of the server, if it is one; null for anything else.
 * @param {any} data
 * @returns {Count | null}
 */
export function countOf(data) {
  const numbers = [data?.tokens, data?.given, data?.limit, data?.dropped, data?.more]
  const sound = numbers.every(Number.isFinite) && Array.isArray(data.parts)
  return sound && data.parts.every((/** @type {unknown} */ part) => Array.isArray(part)) ? data : null
}
