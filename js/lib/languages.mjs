// @ts-check
/** Which of the two languages the pack speaks. */

/**
 * The Korean of two for a Korean user interface, else the English.
 * @template T
 * @param {unknown} locale `ko`, `ko-KR`, `en` …
 * @param {T} english
 * @param {T} korean
 * @returns {T}
 */
export function spokenIn(locale, english, korean) {
  return String(locale ?? '').toLowerCase().startsWith('ko') ? korean : english
}
