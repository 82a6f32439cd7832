// @ts-check
/** The findings as a list: by severity, then by node. It holds no state; what is clicked is told. */
import { addressIn, grouped, keyOf } from '../lib/findings.mjs'
import { button, icon, make } from './dom.mjs'

/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** @typedef {import('../lib/findings.mjs').Section} Section */
/** @typedef {import('../lib/findings.mjs').NodeGroup} NodeGroup */
/** @typedef {import('../lib/check_labels.mjs').Labels} Labels */
/**
 * What can be done with findings.
 * @typedef {object} Deeds
 * @property {(finding: Finding) => { title: string, input: string }} names
 * @property {(finding: Finding) => boolean} reachable
 * @property {(finding: Finding) => boolean} mendable
 * @property {(finding: Finding) => void} go
 * @property {(finding: Finding) => void} mend
 */

const ICONS = /** @type {Record<string, string>} */ ({
  error: 'times-circle',
  warning: 'exclamation-triangle',
  note: 'info-circle',
})
const MOST = 300
const LONGEST_VALUE = 44

/**
 * @param {Finding[]} findings
 * @param {Labels} labels
 * @param {Deeds} deeds
 * @returns {HTMLElement[]}
 */
export function listOf(findings, labels, deeds) {
  const shown = findings.slice(0, MOST)
  const sections = grouped(shown)
  const parts = sections.map((each) => sectionOf(each, labels, deeds, each.severity !== 'note' || sections.length === 1))
  if (findings.length > MOST) parts.push(make('p', 'fit-ad-check-more', [labels.more(findings.length - MOST)]))
  return parts
}

/**
 * @param {Section} section
 * @param {Labels} labels
 * @param {Deeds} deeds
 * @param {boolean} open
 * @returns {HTMLElement}
 */
function sectionOf({ severity, count, nodes }, labels, deeds, open) {
  const name = make('span', '', [labels.sections[/** @type {'error'} */ (severity)]])
  const number = make('span', 'fit-ad-check-number', [String(count)])
  const heading = make('summary', 'fit-ad-check-heading', [icon(ICONS[severity]), name, number, icon('chevron-down')])
  const section = make('details', 'fit-ad-check-section', [heading, ...nodes.map((each) => nodeOf(each, labels, deeds))])
  section.dataset.severity = severity
  section.open = open
  return section
}

/**
 * @param {NodeGroup} group
 * @param {Labels} labels
 * @param {Deeds} deeds
 */
function nodeOf(group, labels, deeds) {
  const items = make('ul', 'fit-ad-check-items', group.findings.map((each) => itemOf(each, labels, deeds)))
  return make('div', 'fit-ad-check-node', [headOf(group, labels, deeds), items])
}

/**
 * @param {NodeGroup} group
 * @param {Labels} labels
 * @param {Deeds} deeds
 */
function headOf({ node, type, findings: [first] }, labels, deeds) {
  if (!node) return make('h4', 'fit-ad-check-title', [labels.wholeGraph])
  const { title } = deeds.names(first)
  const about = [`#${node}`, type === title ? '' : type, first.subgraph ? labels.inSubgraph : '']
  const more = make('span', 'fit-ad-check-about', [about.filter(Boolean).join(' · ')])
  return make('h4', 'fit-ad-check-title', [title, more])
}

/**
 * @param {Finding} finding
 * @param {Labels} labels
 * @param {Deeds} deeds
 */
function itemOf(finding, labels, deeds) {
  const { input } = deeds.names(finding)
  const texts = input === finding.input ? [] : [make('span', 'fit-ad-check-input', [input])]
  texts.push(make('span', 'fit-ad-check-message', [finding.message]))
  const { text, address } = addressIn(finding.fix)
  if (text) texts.push(make('span', 'fit-ad-check-advice', [text]))
  const more = []
  if (deeds.mendable(finding)) more.push(fixOf(finding, labels, deeds))
  if (address) more.push(linkOf(address, labels))
  const row = rowOf(finding, texts, deeds)
  return make('li', 'fit-ad-check-item', more.length ? [row, make('div', 'fit-ad-check-deeds', more)] : [row])
}

/**
 * @param {Finding} finding
 * @param {HTMLElement[]} texts
 * @param {Deeds} deeds
 */
function rowOf(finding, texts, deeds) {
  const row = deeds.reachable(finding)
    ? button(texts, 'fit-ad-check-go', () => deeds.go(finding))
    : make('div', 'fit-ad-check-go', texts)
  row.title = [finding.code, finding.input].filter(Boolean).join(' · ')
  row.dataset.key = keyOf(finding)
  if (finding.node) row.setAttribute('aria-description', deeds.names(finding).title)
  return row
}

/**
 * @param {Finding} finding
 * @param {Labels} labels
 * @param {Deeds} deeds
 */
function fixOf(finding, labels, deeds) {
  const value = String(finding.repair?.value)
  const short = value.length > LONGEST_VALUE ? `…${value.slice(1 - LONGEST_VALUE)}` : value
  const fix = button([icon('wrench'), labels.use(short)], 'fit-ad-check-fix', () => deeds.mend(finding))
  if (short !== value) fix.title = value
  return fix
}

/**
 * @param {URL} address as the graph's file names it: where it leads has to be seen
 * @param {Labels} labels
 */
function linkOf({ href, host }, labels) {
  const link = make('a', 'fit-ad-check-button fit-ad-check-fix', [icon('external-link'), labels.openPage(host)])
  Object.assign(link, { href, target: '_blank', rel: 'noopener noreferrer', title: href })
  return link
}
