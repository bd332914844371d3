innopaas_authorization = "authorization-from-file"
pushwoosh              = { auth = "auth-from-file" }
