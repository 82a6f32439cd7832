// @ts-check
/** What the settings page says, in English and Korean, and how its values are put. */
import { spokenIn } from './languages.mjs'

/**
 * What the server answers; see nodes/routes/settings.py.
 * @typedef {object} View
 * @property {string} file
 * @property {boolean} there whether the file is there yet
 * @property {string} page_file where the page keeps what is set on it
 * @property {string} beaten_by the profile that the environment names instead
 * @property {string} default_profile
 * @property {ProfileView[]} profiles
 * @property {Record<string, string | string[]>} shop
 * @property {string[]} fonts
 */
/** @typedef {{ name: string, model: string, key: string, key_env: string }} ProfileView */

const ENGLISH = {
  automatic: 'Automatic',
  rules: 'Rules, no network',
  automaticNote: 'The first profile of the settings file whose key is set, else the rules.',
  rulesNote: 'Written on this machine, at no cost.',
  keyNone: 'Needs no key.',
  keySet: (/** @type {string} */ name) => `The key in ${name} is set.`,
  keyInFile: 'Its key stands in the settings file.',
  keyMissing: (/** @type {string} */ name) => `${name} is not set, so the rules write. Set it and restart ComfyUI.`,
  beaten: (/** @type {string} */ name) => `FIT_AD_PROFILE says ${name}; that counts instead.`,
  noFont: 'None of its own',
  notHere: (/** @type {string} */ name) => `${name} (not here)`,
  commas: 'Separate words with commas.',
  color: (/** @type {number} */ number) => `Colour ${number}`,
  addColor: 'Add a colour',
  removeColor: (/** @type {number} */ number) => `Remove colour ${number}`,
  chooseLogo: 'Choose…',
  removeLogo: 'Remove the logo',
  noUpload: 'The picture could not be uploaded.',
  fileNew: (/** @type {string} */ page) => `Not there yet; only you write it. This page keeps its values in ${page}.`,
  fileNote: (/** @type {string} */ page) => `Profiles and keys are set in this file, which only you write. This page keeps its values in ${page}.`,
  saved: 'Saved',
  offline: 'The settings cannot be reached.',
}

/** @type {typeof ENGLISH} */
const KOREAN = {
  automatic: '자동',
  rules: '규칙으로 쓰기 (인터넷 없이)',
  automaticNote: '설정 파일에서 키가 있는 첫 프로필로 쓰고, 없으면 규칙으로 써요.',
  rulesNote: '이 컴퓨터에서 바로 쓰고, 비용이 들지 않아요.',
  keyNone: '키가 필요 없어요.',
  keySet: (name) => `${name} 키가 들어 있어요.`,
  keyInFile: '키가 설정 파일에 있어요.',
  keyMissing: (name) => `${name} 키가 없어서 규칙으로 써요. 키를 넣고 ComfyUI를 다시 시작해 주세요.`,
  beaten: (name) => `FIT_AD_PROFILE에 ${name}이(가) 정해져 있어서 그 프로필이 써요.`,
  noFont: '정하지 않음',
  notHere: (name) => `${name} (이 컴퓨터에 없음)`,
  commas: '낱말은 쉼표로 나눠 주세요.',
  color: (number) => `색 ${number}`,
  addColor: '색 추가',
  removeColor: (number) => `색 ${number} 빼기`,
  chooseLogo: '고르기…',
  removeLogo: '로고 빼기',
  noUpload: '사진을 올리지 못했어요.',
  fileNew: (page) => `아직 없어요. 직접 만드는 파일이에요. 이 페이지의 값은 ${page}에 저장해요.`,
  fileNote: (page) => `프로필과 키는 직접 고치는 이 파일에서 정해요. 이 페이지의 값은 ${page}에 저장해요.`,
  saved: '저장했어요',
  offline: '설정을 불러올 수 없어요.',
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
 * An answer of the server, if it is one; null for anything else.
 * @param {any} data
 * @returns {View | null}
 */
export function viewOf(data) {
  const lists = [data?.profiles, data?.fonts, data?.shop?.colors, data?.shop?.banned_words]
  return lists.every(Array.isArray) && typeof data.file === 'string' ? data : null
}

/**
 * Who can write by default, as [value, label].
 * @param {View} view
 * @param {Labels} labels
 * @returns {[string, string][]}
 */
export function writers(view, labels) {
  const profiles = view.profiles.map(({ name, model }) => /** @type {[string, string]} */ ([name, `${name} · ${model}`]))
  return [['', labels.automatic], ['rules', labels.rules], ...profiles]
}

/**
 * What is to be known of the default profile that was chosen.
 * @param {View} view
 * @param {Labels} labels
 * @returns {string}
 */
export function writerNote(view, labels) {
  if (view.beaten_by) return labels.beaten(view.beaten_by)
  const profile = view.profiles.find(({ name }) => name === view.default_profile)
  if (!profile) return view.default_profile === 'rules' ? labels.rulesNote : labels.automaticNote
  const { key, key_env: name } = profile
  if (key === 'set') return labels.keySet(name)
  if (key === 'missing') return labels.keyMissing(name)
  return key === 'in file' ? labels.keyInFile : labels.keyNone
}

/**
 * The fonts to choose from, as [value, label]; one that is set but not here stays to be seen.
 * @param {View} view
 * @param {Labels} labels
 * @returns {[string, string][]}
 */
export function fontChoices(view, labels) {
  const font = String(view.shop.font ?? '')
  const missing = font && !view.fonts.includes(font) ? [/** @type {[string, string]} */ ([font, labels.notHere(font)])] : []
  return [['', labels.noFont], ...missing, ...view.fonts.map((name) => /** @type {[string, string]} */ ([name, name]))]
}

/**
 * The words of a line that is separated by commas, each once.
 * @param {string} line
 * @returns {string[]}
 */
export function wordsIn(line) {
  return [...new Set(line.split(/[,、，]/).map((word) => word.trim()).filter(Boolean))]
}

/**
 * Where ComfyUI shows a picture of its input folder; null for a path that leads elsewhere.
 * @param {string} name such as `fit_ad/logo.png`
 * @returns {string | null}
 */
export function pictureAddress(name) {
  if (!name || /^([~/\\]|[a-z]:)|\\|(^|\/)\.\.(\/|$)/i.test(name)) return null
  const parts = name.split('/')
  const filename = parts.pop() ?? ''
  return `/view?${new URLSearchParams({ filename, subfolder: parts.join('/'), type: 'input' })}`
}
