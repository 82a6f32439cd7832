// @ts-check
/**
 * The page "Fit-AD" in ComfyUI's settings dialog. The values live in a file on the server, beside the settings file,
 * which the command and the API queue read too; ComfyUI's own store of settings holds none of them.
 */
import { linkStyle, localeOf } from '../hooks.mjs'
import { fontChoices, labelsFor, pictureAddress, wordsIn, writerNote, writers } from '../lib/settings.mjs'
import { SettingsStore } from './store.mjs'
import { choiceControl, colorsControl, fileControl, logoControl, textControl } from './controls.mjs'
import { Row } from './row.mjs'

/** @typedef {import('../lib/settings.mjs').View} View */
/** @typedef {import('./row.mjs').Control} Control */
/** @typedef {(row: Row, name: string) => Control} Build */

const PAGE = 'Fit-AD'

/**
 * What ComfyUI is to register: one setting a row, drawn by the pack. Korean names stand in locales/ko/settings.json.
 * @param {{ app: any, api: any }} host
 */
export function settingsOf({ app, api }) {
  const store = new SettingsStore(api)
  return rows(app, api).map(({ id, group, name, tooltip, build }, index) => ({
    id,
    category: [PAGE, group, id],
    name,
    tooltip,
    sortOrder: -index,
    defaultValue: '',
    type: (/** @type {string} */ shown) => {
      linkStyle(new URL('./settings.css', import.meta.url))
      const row = new Row(store, labelsFor(localeOf(app)))
      return row.open(build(row, shown))
    },
  }))
}

/**
 * @param {any} app
 * @param {any} api
 * @returns {{ id: string, group: string, name: string, tooltip: string, build: Build }[]}
 */
function rows(app, api) {
  const pictures = { address: (/** @type {string} */ name) => at(api, name), upload: (/** @type {File} */ file) => upload(api, file) }
  return [
    {
      id: 'fit_ad.default_profile',
      group: 'Ad words',
      name: 'Default profile',
      tooltip: 'Who writes where a graph says auto. Addresses and keys of profiles stay in the settings file.',
      build: (row, name) =>
        choiceControl(row, {
          name,
          choices: (view) => writers(view, row.labels),
          read: (view) => view.default_profile,
          write: (value) => ({ default_profile: value }),
          note: (view) => writerNote(view, row.labels),
        }),
    },
    {
      id: 'fit_ad.banned_words',
      group: 'Ad words',
      name: 'Words never to use',
      tooltip: 'No ad copy holds them, whoever writes it.',
      build: (row, name) =>
        textControl(row, {
          name,
          read: (view) => list(view, 'banned_words').join(', '),
          write: (text) => ({ banned_words: wordsIn(text) }),
          note: row.labels.commas,
        }),
    },
    {
      id: 'fit_ad.shop_name',
      group: 'Shop profile',
      name: 'Shop name',
      tooltip: 'Stands in Ad Copy where its shop is empty.',
      build: shopText('name'),
    },
    {
      id: 'fit_ad.shop_phone',
      group: 'Shop profile',
      name: 'Phone number',
      tooltip: 'Ends the copies of Ad Copy, exactly as it is typed here.',
      build: shopText('phone', 'tel'),
    },
    {
      id: 'fit_ad.shop_logo',
      group: 'Shop profile',
      name: 'Logo',
      tooltip: "A picture with a transparent ground. It goes to ComfyUI's input folder, where Load Image finds it for Ad Compose.",
      build: (row, name) => logoControl(row, name, pictures),
    },
    {
      id: 'fit_ad.shop_colors',
      group: 'Shop profile',
      name: 'Colours',
      tooltip: 'Ad Backdrop paints in them where its palette says shop. In the order wall, floor, accent, deep.',
      build: (row, name) => colorsControl(row, name),
    },
    {
      id: 'fit_ad.shop_font',
      group: 'Shop profile',
      name: 'Font',
      tooltip: 'The font that a new Calligraphy Render begins with.',
      build: (row, name) =>
        choiceControl(row, {
          name,
          choices: (view) => fontChoices(view, row.labels),
          read: (view) => String(view.shop.font ?? ''),
          write: (value) => ({ font: value }),
          after: () => app.refreshComboInNodes?.(), // new nodes learn what they begin with
        }),
    },
    {
      id: 'fit_ad.file',
      group: 'Where it is kept',
      name: 'Settings file',
      tooltip:
        'Profiles, keys and limits stand in that file. What is set on this page lies beside it, for the fit-ad command and the API queue as well.',
      build: (row) => fileControl(row),
    },
  ]
}

/**
 * @param {string} field
 * @param {string} [type]
 * @returns {Build}
 */
function shopText(field, type) {
  return (row, name) =>
    textControl(row, { name, type, read: (view) => String(view.shop[field] ?? ''), write: (text) => ({ [field]: text }) })
}

/**
 * @param {View} view
 * @param {string} field
 * @returns {string[]}
 */
function list(view, field) {
  return /** @type {string[]} */ (view.shop[field])
}

/**
 * @param {any} api
 * @param {string} name
 */
function at(api, name) {
  const address = pictureAddress(name)
  return address && api.apiURL(address)
}

/**
 * Bring a picture to the input folder; return its name there.
 * @param {any} api
 * @param {File} file
 */
async function upload(api, file) {
  const form = new FormData()
  form.append('image', file)
  const answer = await api.fetchApi('/upload/image', { method: 'POST', body: form })
  if (!answer.ok) throw new Error(`the upload answered ${answer.status}`)
  const { name, subfolder } = await answer.json()
  return [subfolder, name].filter(Boolean).join('/')
}
