// @ts-check
/** The controls of the settings page: plain elements that say what was set. */
import { make } from '../elements.mjs'

/** @typedef {import('./row.mjs').Row} Row */
/** @typedef {import('./row.mjs').Control} Control */
/** @typedef {import('../lib/settings.mjs').View} View */

const PAUSE_MS = 700

/**
 * A line of text, saved when it is left and a moment after the last key.
 * @param {Row} row
 * @param {{ name: string, read: (view: View) => string, write: (text: string) => Record<string, string | string[]>,
 *   note?: string, type?: string }} wish
 * @returns {Control}
 */
export function textControl(row, { name, read, write, note = '', type = 'text' }) {
  const input = make('input', 'fit-ad-setting-field')
  input.type = type
  input.maxLength = 200
  input.setAttribute('aria-label', name)
  /** What the file says; null where it does not say what was typed. @type {string | null} */
  let known = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const save = async () => {
    clearTimeout(timer)
    const typed = input.value.trim()
    if (typed === known) return
    known = typed
    if (!(await row.save(write(typed)))) known = null
  }
  input.addEventListener('change', save)
  input.addEventListener('keydown', (event) => event.key === 'Enter' && save())
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE_MS)
  })
  const show = (/** @type {View} */ view) => {
    if (document.activeElement === input) return
    known = read(view)
    input.value = known
  }
  return { element: input, show, note: () => note }
}

/**
 * A choice.
 * @param {Row} row
 * @param {{ name: string, choices: (view: View) => [string, string][], read: (view: View) => string,
 *   write: (value: string) => Record<string, string>, note?: (view: View) => string, after?: () => void }} wish
 * @returns {Control}
 */
export function choiceControl(row, { name, choices, read, write, note, after }) {
  const select = make('select', 'fit-ad-setting-field')
  select.setAttribute('aria-label', name)
  let known = ''
  select.addEventListener('change', async () => {
    if (await row.save(write(select.value))) after?.()
    else select.value = known
  })
  const show = (/** @type {View} */ view) => {
    select.replaceChildren(...choices(view).map(([value, label]) => new Option(label, value)))
    known = read(view)
    select.value = known
  }
  return { element: select, show, note }
}

/**
 * Colors in a row, each to be changed or removed, and one more to be added.
 * @param {Row} row
 * @param {string} name
 * @returns {Control}
 */
export function colorsControl(row, name) {
  const list = make('div', 'fit-ad-setting-colors')
  list.setAttribute('role', 'group')
  list.setAttribute('aria-label', name)
  /** @type {string[]} */
  let colors = []
  const save = (/** @type {string[]} */ changed) => row.save({ colors: changed.map((color) => color.toUpperCase()) })
  const swatch = (/** @type {string} */ color, /** @type {number} */ at) => {
    const input = make('input', 'fit-ad-setting-swatch')
    input.type = 'color'
    input.value = color.toLowerCase()
    input.title = color
    input.setAttribute('aria-label', `${row.labels.color(at + 1)} ${color}`)
    input.addEventListener('change', () => save(colors.map((old, i) => (i === at ? input.value : old))))
    const remove = button('×', row.labels.removeColor(at + 1), () => save(colors.filter((_, i) => i !== at)))
    remove.classList.add('fit-ad-setting-remove')
    const chip = make('span', 'fit-ad-setting-chip')
    chip.append(input, remove)
    return chip
  }
  const add = button('+', row.labels.addColor, () => save([...colors, colors.at(-1) ?? '#F2994A']))
  const show = (/** @type {View} */ view) => {
    colors = /** @type {string[]} */ (view.shop.colors)
    list.replaceChildren(...colors.map(swatch), add)
  }
  return { element: list, show }
}

/**
 * A picture, brought to ComfyUI's input folder.
 * @param {Row} row
 * @param {string} name
 * @param {{ address: (name: string) => string | null, upload: (file: File) => Promise<string> }} pictures
 * @returns {Control}
 */
export function logoControl(row, name, pictures) {
  const image = make('img', 'fit-ad-setting-logo')
  image.alt = name
  image.hidden = true
  image.addEventListener('error', () => (image.hidden = true))
  const path = make('span', 'fit-ad-setting-path')
  const file = make('input')
  Object.assign(file, { type: 'file', accept: 'image/png,image/webp,image/jpeg', hidden: true })
  file.addEventListener('change', () => file.files?.[0] && bring(file.files[0]))
  const choose = button(row.labels.chooseLogo, `${name}: ${row.labels.chooseLogo}`, () => file.click())
  const remove = button('×', row.labels.removeLogo, () => row.save({ logo: '' }))
  remove.classList.add('fit-ad-setting-remove')
  const element = make('div', 'fit-ad-setting-picture')
  element.append(image, path, choose, remove, file)

  async function bring(/** @type {File} */ picture) {
    file.value = ''
    try {
      await row.save({ logo: await pictures.upload(picture) })
    } catch {
      row.say(row.labels.noUpload, 'wrong')
    }
  }
  const show = (/** @type {View} */ view) => {
    const logo = String(view.shop.logo ?? '')
    const address = pictures.address(logo)
    image.hidden = !address
    if (address) image.src = address
    path.textContent = logo.split('/').at(-1) ?? ''
    path.title = logo
    remove.hidden = !logo
  }
  return { element, show }
}

/**
 * Where the settings file lies.
 * @param {Row} row
 * @returns {Control}
 */
export function fileControl(row) {
  const path = make('code', 'fit-ad-setting-file')
  const show = (/** @type {View} */ view) => (path.textContent = view.file)
  const name = (/** @type {View} */ view) => view.page_file.split(/[\\/]/).at(-1) ?? ''
  return { element: path, show, note: (view) => (view.there ? row.labels.fileNote : row.labels.fileNew)(name(view)) }
}

/**
 * @param {string} text
 * @param {string} label
 * @param {() => void} act
 */
function button(text, label, act) {
  const element = make('button', 'fit-ad-setting-button')
  element.type = 'button'
  element.textContent = text
  element.title = label
  element.setAttribute('aria-label', label)
  element.addEventListener('click', act)
  return element
}
