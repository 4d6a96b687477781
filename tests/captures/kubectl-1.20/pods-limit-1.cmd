kubectl get --raw '/api/v1/pods?limit=1'
