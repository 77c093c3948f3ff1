{{- define "tablekeep.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tablekeep.services" -}}
policy session executor retention notification gateway
{{- end -}}

{{/* Of all pods of this release. */}}
{{- define "tablekeep.releaseLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Of one part; call with (dict "root" $ "part" "policy"). */}}
{{- define "tablekeep.selector" -}}
{{ include "tablekeep.releaseLabels" .root }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "tablekeep.labels" -}}
{{ include "tablekeep.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "tablekeep.image" -}}
{{ .root.Values.image.repository }}/{{ .part }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{- define "tablekeep.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ int64 .Values.podSecurity.runAsUser }}
runAsGroup: {{ int64 .Values.podSecurity.runAsGroup }}
fsGroup: {{ int64 .Values.podSecurity.fsGroup }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "tablekeep.containerSecurityContext" -}}
runAsNonRoot: true
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
privileged: false
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Pod settings that all parts share. */}}
{{- define "tablekeep.placement" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Settings of Kafka and the queue, as a service and the prepare job take them. */}}
{{- define "tablekeep.sharedSettings" -}}
LOG_LEVEL: {{ .Values.logLevel }}
KAFKA_BROKERS: {{ join "," .Values.kafka.brokers | quote }}
KAFKA_TLS: {{ .Values.kafka.tls | quote }}
{{- if .Values.kafka.caSecret.name }}
KAFKA_TLS_CA_FILE: /run/secrets/tablekeep/kafka-ca.crt
{{- end }}
DATABASE_TLS: {{ .Values.database.tls | quote }}
{{- if .Values.database.caSecret.name }}
DATABASE_TLS_CA_FILE: /run/secrets/tablekeep/database-ca.crt
{{- end }}
KAFKA_SESSION_TIMEOUT_SECONDS: {{ .Values.kafka.sessionTimeoutSeconds | quote }}
{{- if .Values.kafka.sasl.mechanism }}
KAFKA_SASL_MECHANISM: {{ .Values.kafka.sasl.mechanism }}
KAFKA_SASL_USERNAME: {{ .Values.kafka.sasl.username | quote }}
KAFKA_SASL_PASSWORD_FILE: /run/secrets/tablekeep/kafka-password
{{- end }}
SQS_REGION: {{ .Values.queue.region }}
SQS_QUEUE_URL: {{ .Values.queue.url | quote }}
{{- with .Values.queue.endpoint }}
SQS_ENDPOINT: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "tablekeep.settings" -}}
{{- $ := .root -}}
{{- $own := index $.Values.services .part -}}
{{- $name := include "tablekeep.fullname" $ -}}
{{ include "tablekeep.sharedSettings" $ }}
HTTP_HOST: 0.0.0.0
HTTP_PORT: "4001"
ADMIN_HOST: 0.0.0.0
ADMIN_PORT: "9464"
DATABASE_URL_FILE: /run/secrets/tablekeep/database-url
DATABASE_POOL_SIZE: {{ $own.databasePoolSize | quote }}
INTERNAL_SECRET_FILE: /run/secrets/tablekeep/internal-secret
{{- range $peer := splitList " " (include "tablekeep.services" $) }}
{{ upper $peer }}_URL: http://{{ $name }}-{{ $peer }}{{ if eq $peer "gateway" }}-internal{{ end }}:4001
{{- end }}
{{- if has .part (list "executor" "notification") }}
KEYRING_FILE: /run/secrets/tablekeep/keyring.json
{{- end }}
{{- with $.Values.aws.emulatorUrl }}
AWS_EMULATOR_URL: {{ . | quote }}
EMULATOR_SPEED: {{ $.Values.aws.emulatorSpeed | quote }}
{{- end }}
{{- with $.Values.tracing }}
{{- if .endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .endpoint | quote }}
{{- if .headersSecret.name }}
OTEL_EXPORTER_OTLP_HEADERS_FILE: /run/secrets/tablekeep/otlp-headers
{{- end }}
{{- with .resourceAttributes }}
OTEL_RESOURCE_ATTRIBUTES: {{ . | quote }}
{{- end }}
OTEL_TRACES_SAMPLER: {{ .sampler }}
OTEL_TRACES_SAMPLER_ARG: {{ .samplerArg | quote }}
OTEL_BSP_SCHEDULE_DELAY: {{ int64 .delayMilliseconds | quote }}
OTEL_BSP_MAX_QUEUE_SIZE: {{ int64 .queueSize | quote }}
{{- end }}
{{- end }}
ALERT_DEAD_LETTER_MINUTES: {{ $.Values.alerts.deadLetterMinutes | quote }}
ALERT_UNTAKEN_MINUTES: {{ $.Values.alerts.untakenMinutes | quote }}
{{- if eq .part "policy" }}
INVENTORY_SCAN_HOURS: {{ $own.inventoryScanHours | quote }}
ALERT_GRACE_MINUTES: {{ $own.alertGraceMinutes | quote }}
{{- if $own.pricesConfigMap.name }}
PRICES_FILE: /etc/tablekeep/{{ $own.pricesConfigMap.key }}
{{- end }}
{{- end }}
{{- if eq .part "retention" }}
RECONCILE_HOURS: {{ $own.reconcileHours | quote }}
{{- end }}
{{- if eq .part "session" }}
SESSION_RESEND_SECONDS: {{ $own.resendSeconds | quote }}
SESSION_KEEP_DAYS: {{ $own.keepDays | quote }}
{{- end }}
{{- if eq .part "executor" }}
EXECUTOR_SHARE: {{ $own.share | quote }}
EXECUTOR_LEASE_SECONDS: {{ $own.leaseSeconds | quote }}
EXECUTOR_BACKUPS_AT_ONCE: {{ $own.awsLimits.backups | quote }}
EXECUTOR_COPIES_AT_ONCE: {{ $own.awsLimits.copies | quote }}
EXECUTOR_RESTORES_AT_ONCE: {{ $own.awsLimits.restores | quote }}
EXECUTOR_AWS_RATES: {{ $own.awsRates | toJson | quote }}
{{- end }}
{{- if eq .part "notification" }}
{{- with $own.publicUrl }}
PUBLIC_URL: {{ . | quote }}
{{- end }}
NOTIFICATION_ALLOWED_NETWORKS: {{ join "," $own.allowedNetworks | quote }}
DELIVERIES_KEEP_DAYS: {{ $own.keepDays | quote }}
EVENT_LOG_DAYS: {{ $own.eventLogDays | quote }}
{{- end }}
{{- if eq .part "gateway" }}
PUBLIC_HOST: 0.0.0.0
PUBLIC_PORT: "4000"
EVENT_STREAM_CLIENTS: {{ int64 $own.eventStream.clients | quote }}
EVENT_STREAM_CLIENTS_PER_TOKEN: {{ int64 $own.eventStream.clientsPerToken | quote }}
{{- with $own.webOrigins }}
WEB_ORIGINS: {{ join "," . | quote }}
{{- end }}
{{- if $.Values.secrets.adminToken.name }}
ADMIN_TOKEN_FILE: /run/secrets/tablekeep/admin-token
{{- end }}
{{- if $.Values.secrets.readOnlyToken.name }}
READ_ONLY_TOKEN_FILE: /run/secrets/tablekeep/read-only-token
{{- end }}
{{- end }}
{{- end -}}

{{- define "tablekeep.secretSource" -}}
- secret:
    name: {{ .secret.name }}
    items:
      - key: {{ .secret.key }}
        path: {{ .path }}
{{- end -}}

{{/* What every part needs to speak to Kafka and the database. */}}
{{- define "tablekeep.serverSecrets" -}}
{{- if .Values.kafka.sasl.mechanism }}
{{ include "tablekeep.secretSource" (dict "secret" .Values.kafka.sasl.passwordSecret "path" "kafka-password") }}
{{- end }}
{{- if .Values.kafka.caSecret.name }}
{{ include "tablekeep.secretSource" (dict "secret" .Values.kafka.caSecret "path" "kafka-ca.crt") }}
{{- end }}
{{- if .Values.database.caSecret.name }}
{{ include "tablekeep.secretSource" (dict "secret" .Values.database.caSecret "path" "database-ca.crt") }}
{{- end }}
{{- end -}}

{{/* The one volume of secrets: a file for each, readable by the process's group alone. */}}
{{- define "tablekeep.secretVolume" -}}
{{- $ := .root -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- include "tablekeep.secretSource" (dict "secret" (index $.Values.secrets.database .part) "path" "database-url") | nindent 6 }}
      {{- include "tablekeep.secretSource" (dict "secret" $.Values.secrets.internal "path" "internal-secret") | nindent 6 }}
      {{- with include "tablekeep.serverSecrets" $ | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- if and $.Values.tracing.endpoint $.Values.tracing.headersSecret.name }}
      {{- include "tablekeep.secretSource" (dict "secret" $.Values.tracing.headersSecret "path" "otlp-headers") | nindent 6 }}
      {{- end }}
      {{- if has .part (list "executor" "notification") }}
      {{- include "tablekeep.secretSource" (dict "secret" $.Values.secrets.keyring "path" "keyring.json") | nindent 6 }}
      {{- end }}
      {{- if and (eq .part "gateway") $.Values.secrets.adminToken.name }}
      {{- include "tablekeep.secretSource" (dict "secret" $.Values.secrets.adminToken "path" "admin-token") | nindent 6 }}
      {{- end }}
      {{- if and (eq .part "gateway") $.Values.secrets.readOnlyToken.name }}
      {{- include "tablekeep.secretSource" (dict "secret" $.Values.secrets.readOnlyToken "path" "read-only-token") | nindent 6 }}
      {{- end }}
{{- end -}}

{{/* One egress rule: nothing in `to` means anywhere. */}}
{{- define "tablekeep.egress" -}}
- ports:
    {{- range $port := .rule.ports }}
    {{- range $protocol := $.protocols }}
    - { protocol: {{ $protocol }}, port: {{ $port }} }
    {{- end }}
    {{- end }}
  {{- with .rule.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
