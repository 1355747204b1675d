/** The host of what a row calls its host or URL. */

/** The host without port when the text is a URL with a host, else the text before the first colon. */
export function hostOf(hostOrUrl: string): string {
  const authority = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(hostOrUrl)?.[1];
  if (authority !== undefined && authority !== '') {
    const bracketed = /^\[(.*)\](?::\d*)?$/.exec(authority)?.[1];
    return bracketed ?? authority.replace(/:\d*$/, '');
  }
  const colon = hostOrUrl.indexOf(':');
  return colon < 0 ? hostOrUrl : hostOrUrl.slice(0, colon);
}
