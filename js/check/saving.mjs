// @ts-check
/** Findings, and the workflow without its secrets, as files. */
import { asText } from '../lib/findings.mjs'

/** @typedef {import('./checker.mjs').Checker} Checker */

export const KINDS = /** @type {const} */ (['text', 'json', 'sarif', 'cleanCopy'])
const GONE_AFTER_MS = 10_000

/**
 * Save what was found, in the form that is asked for.
 * @param {Checker} checker
 * @param {typeof KINDS[number]} kind
 */
export async function save(checker, kind) {
  const { labels, report, graph, name } = checker
  if (!report) return
  const named = `${plain(name)}.${kind === 'cleanCopy' ? labels.cleanCopyOf : labels.findingsOf}`
  if (kind === 'text') return download(asText(report, labels), `${named}.txt`, 'text/plain')
  if (kind === 'json') return download(asJson(await checker.ask(graph)), `${named}.json`)
  if (kind === 'sarif') return download(asJson(await checker.ask(graph, { format: 'sarif' })), `${named}.sarif`)
  const { scrubbed } = await checker.ask(checker.now(), { scrub: true })
  return download(asJson(scrubbed.graph), `${named}.json`)
}

/** @param {unknown} data */
const asJson = (data) => JSON.stringify(data, null, 2) + '\n'

/**
 * A name that every file system takes.
 * @param {string} name
 */
export const plain = (name) => name.replace(/[\\/:*?"<>|\s]+/g, '-').replace(/^[-.]+/, '') || 'workflow'

/**
 * @param {string} text
 * @param {string} name
 * @param {string} type
 */
function download(text, name, type = 'application/json') {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), GONE_AFTER_MS)
}
