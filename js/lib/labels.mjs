// @ts-check
/** What the placement editor says, in English and Korean. */
import { spokenIn } from './languages.mjs'

const ENGLISH = {
  editor: 'Placement editor',
  frame: 'Lettering frame',
  help:
    'Arrow keys move by 1 px, with Shift by 10 px. Drag a handle to resize, Shift keeps or frees the proportions, Ctrl resizes about the middle. ' +
    'Alt turns snapping off. Ctrl and the arrows resize by 1 px, with Shift by 10 px. Square brackets make it smaller and larger. Comma and period turn. 1 to 9 take a suggested place. Page Up and Page Down show the other pictures of a run. Plus, minus and 0 zoom. Ctrl Z undoes. Escape cancels a drag.',
  undo: 'Undo (Ctrl Z)',
  redo: 'Redo (Ctrl Shift Z)',
  lock: 'Keep proportions',
  centerX: 'Center horizontally',
  centerY: 'Center vertically',
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (−)',
  zoomFit: 'Fit to view (0)',
  keep: 'Keep',
  reseed: 'Re-seed',
  stale: 'The picture has changed since you placed this by hand.',
  waiting: 'Run the graph once, or connect Load Image, to see the picture here.',
  loading: 'Preparing the preview',
  offline: 'The preview cannot be reached.',
  ghost: 'Suggested place',
  linked: 'Set by another node, so it cannot be changed here',
  contrast: 'Contrast',
  pass: 'legible',
  fail: 'hard to read',
  cut: 'cut off',
  cutMore: 'The edge of the picture cuts the words off',
  required: 'needs at least',
  pages: 'Pictures of the run',
  previous: 'Previous picture (Page Up)',
  next: 'Next picture (Page Down)',
  position: 'position',
  size: 'size',
  angle: 'angle',
}

/** @type {typeof ENGLISH} */
const KOREAN = {
  editor: '배치 편집기',
  frame: '글자 상자',
  help:
    '화살표 키는 1px, Shift와 함께 누르면 10px씩 움직여요. 조절점을 끌면 크기가 바뀌고, Shift는 비율을 지키거나 풀고, Ctrl은 가운데를 기준으로 바꿔요. ' +
    'Alt를 누르면 맞춤이 꺼져요. Ctrl과 화살표로 크기를 1px, Shift까지 누르면 10px씩 바꾸고, 대괄호로 줄이거나 키워요. 쉼표와 마침표로 돌리고, 1부터 9까지 누르면 추천 자리로 옮겨요. Page Up과 Page Down으로 실행에서 나온 다른 그림을 봐요. +, −, 0으로 확대하고, Ctrl Z로 되돌리고, Esc로 끌기를 취소해요.',
  undo: '되돌리기 (Ctrl Z)',
  redo: '다시 하기 (Ctrl Shift Z)',
  lock: '비율 유지',
  centerX: '가로 가운데로',
  centerY: '세로 가운데로',
  zoomIn: '확대 (+)',
  zoomOut: '축소 (−)',
  zoomFit: '화면에 맞추기 (0)',
  keep: '그대로 두기',
  reseed: '다시 추천받기',
  stale: '직접 배치한 뒤에 사진이 바뀌었어요.',
  waiting: '한 번 실행하거나 이미지 로드 노드를 연결하면 여기에 사진이 보여요.',
  loading: '미리보기를 준비하고 있어요',
  offline: '미리보기를 불러올 수 없어요.',
  ghost: '추천 자리',
  linked: '다른 노드에서 온 값이라 여기서는 바꿀 수 없어요',
  contrast: '대비',
  pass: '잘 읽혀요',
  fail: '읽기 어려워요',
  cut: '잘렸어요',
  cutMore: '글자가 그림 가장자리에서 잘렸어요',
  required: '필요한 값',
  pages: '실행에서 나온 그림',
  previous: '이전 그림 (Page Up)',
  next: '다음 그림 (Page Down)',
  position: '위치',
  size: '크기',
  angle: '각도',
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
 * Where the frame is, in words: for a screen reader.
 * @param {{ x: number, y: number, width: number, height: number, rotation: number }} values in percent and degrees
 * @param {Labels} labels
 * @returns {string}
 */
export function spoken(values, labels) {
  const at = `${labels.position} ${percent(values.x)}, ${percent(values.y)}`
  const size = `${labels.size} ${percent(values.width)} × ${percent(values.height)}`
  return values.rotation ? `${at}; ${size}; ${labels.angle} ${values.rotation}°` : `${at}; ${size}`
}

/**
 * A number of percent with one decimal.
 * @param {number} value
 * @returns {string}
 */
export function percent(value) {
  return `${value.toFixed(1)} %`
}
