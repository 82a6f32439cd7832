// @ts-check
/** What the cut-out's panel knows: the chosen things as a text, a click as a place, a run's verdict as words. */

/** Middle and size of a look, as shares of the picture. @typedef {[number, number, number]} Choice */
/** @typedef {{ confidence: number, engine: string, usable: boolean }} Verdict */
/** @typedef {{ id: string, file: string, size_mb: number, licence: string, address: string, page: string, folder: string, path: string, there: boolean }} Model */

export const ENGLISH = {
  title: 'Cut-out',
  choose: 'Choose a thing …',
  done: 'Done',
  hint: 'Click on a thing to choose it.',
  looking: 'Looking …',
  nothing: 'Nothing is seen there. Click on the middle of the thing.',
  pick: 'Which of these? Click to add it.',
  chosen: '{count} chosen',
  clear: 'Let it find the subject',
  noPhoto: 'Wire a Load Image node to image, then click on its photo here.',
  sure: 'Good cut-out ({percent} %)',
  doubtful: 'Doubtful cut-out ({percent} %): use the photo whole, choose a thing, or paint on it',
  none: 'No subject was found',
  better: 'Better models …',
  betterTitle: 'Models for finer cut-outs',
  betterHint: 'Fit-AD fetches nothing by itself. The file comes from the address shown; put it into the folder and refresh.',
  file: 'File',
  licence: 'Licence',
  address: 'Address',
  folder: 'Folder',
  there: 'Installed',
  fetch: 'Download {size}',
  page: 'Page',
  close: 'Close',
  failed: 'That did not work: {why}',
}
/** @typedef {typeof ENGLISH} Labels */

/** @type {Labels} */
export const KOREAN = {
  title: '누끼',
  choose: '물건 고르기…',
  done: '완료',
  hint: '물건을 클릭하면 그것을 고릅니다.',
  looking: '찾는 중…',
  nothing: '그 자리에서 찾지 못했어요. 물건의 가운데를 클릭하세요.',
  pick: '어느 것인가요? 클릭하면 더해집니다.',
  chosen: '{count}개 고름',
  clear: '알아서 찾기',
  noPhoto: '이미지에 이미지 로드 노드를 연결하면 여기서 사진을 클릭할 수 있어요.',
  sure: '누끼가 잘 됐어요 ({percent} %)',
  doubtful: '누끼가 의심스러워요 ({percent} %). 사진을 통째로 쓰거나, 여기서 물건을 고르거나, 마스크를 칠하세요',
  none: '피사체를 찾지 못했어요',
  better: '더 좋은 모델…',
  betterTitle: '더 정교한 누끼를 위한 모델',
  betterHint: 'Fit-AD는 스스로 아무것도 받지 않습니다. 아래 주소에서 받아 폴더에 넣고 새로 고치세요.',
  file: '파일',
  licence: '라이선스',
  address: '주소',
  folder: '폴더',
  there: '설치됨',
  fetch: '{size} 받기',
  page: '페이지',
  close: '닫기',
  failed: '안 됐어요: {why}',
}

const MOST = 12

/**
 * The choices in a saved text; what is odd counts as not there.
 * @param {unknown} text
 * @returns {Choice[]}
 */
export function choicesIn(text) {
  try {
    const read = JSON.parse(String(text || '[]'))
    return Array.isArray(read) ? /** @type {Choice[]} */ (read.filter(isChoice)) : []
  } catch {
    return []
  }
}

/**
 * The text of choices; empty where there is none.
 * @param {Choice[]} choices
 */
export function textOf(choices) {
  return choices.length ? JSON.stringify(choices) : ''
}

/**
 * The choices with one more, or without it where it was chosen already.
 * @param {Choice[]} choices
 * @param {Choice} one
 * @returns {Choice[]}
 */
export function toggled(choices, one) {
  const left = choices.filter((each) => !same(each, one))
  return left.length < choices.length ? left : [...choices, one].slice(-MOST)
}

/**
 * Where in the picture a click fell, as shares, for a picture that is fitted into its element with bars beside it.
 * @param {{ x: number, y: number }} at in the element
 * @param {{ width: number, height: number }} element
 * @param {{ width: number, height: number }} picture
 * @returns {{ x: number, y: number } | null} null beside the picture
 */
export function placeOf(at, element, picture) {
  if (!(picture.width > 0 && picture.height > 0)) return null
  const scale = Math.min(element.width / picture.width, element.height / picture.height)
  const x = (at.x - (element.width - picture.width * scale) / 2) / (picture.width * scale)
  const y = (at.y - (element.height - picture.height * scale) / 2) / (picture.height * scale)
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null
}

/**
 * What a run told of its cut-out; null where it told nothing.
 * @param {any} output of the node
 * @returns {Verdict | null}
 */
export function verdictOf(output) {
  const told = output?.fit_ad_cutout?.[0]
  if (!told || !Number.isFinite(told.confidence)) return null
  return { confidence: told.confidence, engine: String(told.engine ?? ''), usable: Boolean(told.usable) }
}

/**
 * The verdict in words.
 * @param {Verdict} verdict
 * @param {Labels} labels
 */
export function told(verdict, labels) {
  if (verdict.confidence <= 0) return labels.none
  return filled(verdict.usable ? labels.sure : labels.doubtful, { percent: Math.round(verdict.confidence * 100) })
}

/**
 * The size of a file as people say it.
 * @param {number} megabytes
 */
export function sizeOf(megabytes) {
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${Math.round(megabytes)} MB`
}

/**
 * A text with its {names} filled in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/**
 * Whether an address may be opened: https only.
 * @param {unknown} address
 */
export function safe(address) {
  try {
    return new URL(String(address)).protocol === 'https:'
  } catch {
    return false
  }
}

/** @param {unknown} value */
function isChoice(value) {
  return Array.isArray(value) && value.length === 3 && value.every((part) => Number.isFinite(part) && part >= 0 && part <= 1)
}

/**
 * @param {Choice} one
 * @param {Choice} other
 */
function same(one, other) {
  return one.every((part, index) => Math.abs(part - other[index]) < 0.005)
}
