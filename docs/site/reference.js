// The frame of the guides around the reference: its header, with links that work behind a proxy under any path.
const folder = location.pathname.replace(/\/reference\/?.*$/, '/')
const header = document.createElement('header')
for (const [className, href, text] of [
  ['brand', folder, 'Conduit docs'],
  ['', folder, 'Guides'],
  ['current', `${folder}reference`, 'API reference'],
  ['', `${folder}../ui/`, 'The page'],
]) {
  const link = Object.assign(document.createElement('a'), { className, href, textContent: text })
  if (className === 'current') link.setAttribute('aria-current', 'page')
  header.append(link)
}
const form = Object.assign(document.createElement('form'), { action: `${folder}search`, role: 'search' })
const field = { type: 'search', name: 'q', placeholder: 'Search', ariaLabel: 'Search the documentation' }
form.append(Object.assign(document.createElement('input'), field))
header.append(form)
document.body.prepend(header)
