/** Namespaces that no tenant may write into unless a flag allows it, also when a row names them (DESIGN §10.9). Pure. */

export interface NamespacePolicy {
  /** Namespaces of the operator itself. */
  own: readonly string[];
  /** Namespaces allowed by flag all the same. */
  allowed: readonly string[];
}

/** Why a namespace is refused; undefined when it is not. */
export function refusalOf(policy: NamespacePolicy): (namespace: string) => string | undefined {
  const own = new Set(policy.own);
  const allowed = new Set(policy.allowed);
  return (namespace) => {
    if (allowed.has(namespace)) return undefined;
    const protectedName = own.has(namespace) || namespace.startsWith('kube-') || namespace.startsWith('openshift-');
    return protectedName
      ? `namespace ${namespace} is protected: choose another targetNamespace, or start the operator with --allow-target-namespace=${namespace}`
      : undefined;
  };
}
