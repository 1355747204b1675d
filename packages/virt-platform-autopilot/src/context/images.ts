const prefix = 'RELATED_IMAGE_';

/** `RELATED_IMAGE_FOO_BAR=x` becomes `foo-bar: x`; empty values do not exist. */
export function relatedImages(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const images: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || name.length === prefix.length || value === undefined || value === '') continue;
    images[name.slice(prefix.length).toLowerCase().replaceAll('_', '-')] = value;
  }
  return images;
}
