kubectl get nodes -o json
