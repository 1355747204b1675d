// Writes the field order and Go names of the server's internal structs that messages quote as JSON. Run inside the module of test/cluster/controlplane.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/flowcontrol"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/node"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/apis/rbac"
	"k8s.io/kubernetes/pkg/apis/resource"
	"k8s.io/kubernetes/pkg/apis/storage"
)

var out = map[string][][3]string{}

func internal(t reflect.Type) bool {
	return strings.HasPrefix(t.PkgPath(), "k8s.io/kubernetes/pkg/apis/") || t.PkgPath() == "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
}

func ref(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Ptr:
		return "*" + ref(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + ref(t.Elem())
	case reflect.Map:
		return "{}" + ref(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64, reflect.Uint8, reflect.Uint32:
		return "number"
	case reflect.Struct:
		if t.Name() == "Quantity" {
			return "quantity"
		}
		if t.Name() == "IntOrString" {
			return "number"
		}
		if internal(t) {
			visit(t)
			return "#" + name(t)
		}
		return "json"
	}
	return "json"
}

func name(t reflect.Type) string {
	p := strings.Split(t.PkgPath(), "/")
	return p[len(p)-1] + "." + t.Name()
}

func visit(t reflect.Type) {
	n := name(t)
	if _, ok := out[n]; ok {
		return
	}
	out[n] = nil
	rows := [][3]string{}
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		tag := strings.Split(f.Tag.Get("json"), ",")[0]
		if f.Anonymous && tag == "" {
			if internal(f.Type) {
				rows = append(rows, [3]string{"", ref(f.Type), ""})
			}
			continue
		}
		goName := f.Name
		if tag != "" {
			goName = tag
		}
		low := strings.ToLower(f.Name[:1]) + f.Name[1:]
		for _, fix := range [][2]string{{"iPFamilies", "ipFamilies"}, {"iPFamilyPolicy", "ipFamilyPolicy"}, {"dNSPolicy", "dnsPolicy"}, {"dNSConfig", "dnsConfig"}, {"aPIGroup", "apiGroup"}, {"aPIVersion", "apiVersion"}, {"tTY", "tty"}, {"hTTPGet", "httpGet"}, {"hTTPHeaders", "httpHeaders"}, {"tCPSocket", "tcpSocket"}, {"gRPC", "grpc"}, {"fSType", "fsType"}, {"nFS", "nfs"}, {"cSI", "csi"}, {"oS", "os"}, {"sELinuxOptions", "seLinuxOptions"}, {"fSGroup", "fsGroup"}, {"fSGroupChangePolicy", "fsGroupChangePolicy"}, {"uID", "uid"}, {"iP", "ip"}, {"cIDRs", "cidrs"}, {"intValue", "int"}, {"boolValue", "bool"}, {"stringValue", "string"}, {"versionValue", "version"}, {"tTLSecondsAfterFinished", "ttlSecondsAfterFinished"}, {"iSCSI", "iscsi"}, {"rBD", "rbd"}, {"fC", "fc"}, {"uRL", "url"}, {"cABundle", "caBundle"}, {"jSONPath", "jsonPath"}, {"gCEPersistentDisk", "gcePersistentDisk"}, {"aWSElasticBlockStore", "awsElasticBlockStore"}, {"cephFS", "cephfs"}, {"storageOS", "storageos"}, {"pDName", "pdName"}, {"iQN", "iqn"}, {"wWIDs", "wwids"}, {"iSCSIInterface", "iscsiInterface"}} {
			if low == fix[0] {
				low = fix[1]
			}
		}
		rows = append(rows, [3]string{goName, ref(f.Type), low})
	}
	out[n] = rows
}

func main() {
	for _, v := range []any{core.PodTemplateSpec{}, core.ServicePort{}, core.SecurityContext{}, core.PersistentVolumeClaimSpec{}, core.Toleration{}, core.Taint{}, core.NodeAddress{}, core.PersistentVolumeSource{}, core.EphemeralContainer{}, core.VolumeNodeAffinity{}, storage.VolumeAttachmentSpec{}, resource.ResourceClaimSpec{}, resource.ResourceClaimTemplateSpec{}, core.PodResourceClaim{}, storage.CSINodeDriver{}, node.RuntimeClass{}, apps.DeploymentStrategy{}, apps.DaemonSetUpdateStrategy{}, apps.StatefulSetUpdateStrategy{}, batch.SuccessPolicy{}, batch.PodFailurePolicy{}, policy.PodDisruptionBudgetSpec{}, rbac.RoleRef{}, rbac.PolicyRule{}, networking.IngressBackend{}, autoscaling.MetricTarget{}, apiext.CustomResourceDefinitionVersion{}, admissionregistration.WebhookClientConfig{}, flowcontrol.FlowDistinguisherMethod{}, networking.ParentReference{}, networking.IngressClassParametersReference{}, core.NodeSelector{}, core.PodIP{}, core.HostIP{}, networking.ServiceCIDRSpec{}, resource.ResourceSliceSpec{}} {
		visit(reflect.TypeOf(v))
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.Encode(out)
}
